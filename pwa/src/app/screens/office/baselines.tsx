/** The figures of the period compared with: entered by the office, shown before they count, each entry kept. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { CampaignDocument, IndicatorDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatDate, formatMoment, formatNumber } from "../../i18n/format";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, Card, Dialog, Icon } from "../../ui";
import { FigureField } from "./figure-field";
import { atMost, changesOf, readFigure, writeFigure, type Baselines, type FigureChange } from "./figures";
import { t } from "./t";

interface Entry {
  readonly indicator: string;
  readonly value: number | null;
  readonly by: number;
  readonly name: string;
  readonly at: string;
}

interface Entered {
  readonly values: Baselines;
  readonly history: readonly Entry[];
}

type Indicators = ReadonlyMap<string, IndicatorDocument>;

/** What is typed and not saved yet, by campaign: leaving the screen and coming back doesn't lose it. */
const typed = signal<Readonly<Record<number, Readonly<Record<string, string>>>>>({});

function shown(value: number | null): string {
  return value === null ? t("baseline.none") : formatNumber(value);
}

function period(campaign: CampaignDocument): { from: string; to: string } | null {
  const windows = campaign.windows as Record<string, { from?: string; to?: string } | undefined> | null;
  const against = windows?.["against"];
  return against?.from && against.to ? { from: formatDate(against.from), to: formatDate(against.to) } : null;
}

/** What the server has, else what this phone's indicators tell of it. */
function useEntered(campaign: CampaignDocument, indicators: Indicators) {
  const { profile } = here();
  const [entered, setEntered] = useState<Entered | null>(null);
  const [failed, setFailed] = useState(false);
  const address = `/api/campaigns/${campaign.id}/baselines`;
  const ask = async (): Promise<void> => {
    try {
      setEntered(await api<Entered>("GET", address, undefined, profile.device));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  useEffect(() => void ask(), [address]);
  const known = [...indicators.values()].filter((indicator) => indicator.kind === "reduction");
  const cached: Baselines = Object.fromEntries(known.map((indicator) => [indicator.code, indicator.baseline]));
  const save = async (changes: readonly FigureChange[]): Promise<void> => {
    const values = Object.fromEntries(changes.map((change) => [change.code, change.after]));
    setEntered(await api<Entered>("PUT", address, { values }, profile.device));
    setFailed(false);
  };
  return { entered, failed, ask, save, values: entered?.values ?? cached };
}

function labelOf(code: string, indicator: IndicatorDocument | undefined): string {
  const unit = localized(indicator?.unit);
  return `${code} · ${localized(indicator?.name) || code}${unit ? ` (${unit})` : ""}`;
}

/** The consequence of one figure, in the words of the target. */
function Consequence({ change, indicator }: { change: FigureChange; indicator: IndicatorDocument | undefined }) {
  const { after } = change;
  const target = indicator?.target;
  if (after === null) return <p class="small">{t("baseline.cleared")}</p>;
  if (after === 0) return <p class="small">{t("baseline.zero")}</p>;
  if (target?.minimum === undefined || target.stretch === undefined) return null;
  return (
    <p class="small">
      {t("baseline.budget", {
        minimum: target.minimum,
        stretch: target.stretch,
        most: formatNumber(atMost(after, target.minimum)),
        best: formatNumber(atMost(after, target.stretch)),
        unit: localized(indicator?.unit),
      })}
    </p>
  );
}

function Preview({ changes, indicators }: { changes: readonly FigureChange[]; indicators: Indicators }) {
  return (
    <ul class="figure-changes">
      {changes.map((change) => (
        <li key={change.code}>
          <strong>
            {change.code} · {localized(indicators.get(change.code)?.name)}
          </strong>
          <p>{`${shown(change.before)} → ${shown(change.after)}`}</p>
          <Consequence change={change} indicator={indicators.get(change.code)} />
        </li>
      ))}
    </ul>
  );
}

function History({ history, indicators }: { history: readonly Entry[]; indicators: Indicators }) {
  return (
    <details>
      <summary>{t("baseline.history")}</summary>
      {history.length === 0 && <p class="soft">{t("baseline.history.none")}</p>}
      <ul class="entries">
        {history.map((entry, index) => (
          <li key={index}>
            <span>
              <strong>{entry.indicator}</strong> {localized(indicators.get(entry.indicator)?.name)}: <strong>{shown(entry.value)}</strong>
            </span>
            <span class="small soft">{`${entry.name} · ${formatMoment(entry.at)}`}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Entering({ campaign, indicators }: { campaign: CampaignDocument; indicators: Indicators }) {
  const { entered, failed, ask, save, values } = useEntered(campaign, indicators);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ good: boolean; words: string } | null>(null);
  const texts = typed.value[campaign.id] ?? {};
  const changes = changesOf(values, texts);
  const wrong = Object.values(texts).some((text) => !readFigure(text).ok);
  const type = (next: Readonly<Record<string, string>>): void => {
    typed.value = { ...typed.value, [campaign.id]: next };
  };
  const look = (): void => {
    setTold(changes.length || wrong ? null : { good: true, words: t("baseline.same") });
    if (changes.length && !wrong) setAsking(true);
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await save(changes);
      type({});
      setTold({ good: true, words: t("baseline.saved") });
      void here().sync.now();
    } catch (error) {
      setTold({ good: false, words: `${explain(error)} ${t("baseline.kept")}` });
    }
    setBusy(false);
    setAsking(false);
  };
  return (
    <>
      {failed && !entered && (
        <Banner tone="attention" icon="offline" title={t("baseline.cached")}>
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      <form
        class="figures"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <p class="soft small">{t("baseline.hint")}</p>
        {Object.keys(values)
          .sort()
          .map((code) => (
            <FigureField
              key={code}
              label={labelOf(code, indicators.get(code))}
              text={texts[code] ?? writeFigure(values[code] ?? null)}
              change={(text) => type({ ...texts, [code]: text })}
            />
          ))}
        {told && <Banner tone={told.good ? "good" : "problem"} live title={told.words} />}
        <Button kind="primary" type="submit" icon="check">
          {t("baseline.review")}
        </Button>
      </form>
      {entered && <History history={entered.history} indicators={indicators} />}
      <Dialog
        open={asking}
        title={t("baseline.confirm.title")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="primary" busy={busy} onClick={confirm}>
              {t("baseline.save")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <Preview changes={changes} indicators={indicators} />
        <p class="with-icon small">
          <Icon name="info" />
          <span>{t("baseline.confirm.text")}</span>
        </p>
      </Dialog>
    </>
  );
}

export function BaselineCard({ campaign }: { campaign: CampaignDocument }) {
  const found = useLive((store) => store.documents("indicator"), [], ["documents"]);
  const between = period(campaign);
  if (!found) return <p class="soft">{t("app.loading")}</p>;
  const indicators = new Map(found.filter((indicator) => indicator.place === campaign.place).map((indicator) => [indicator.code, indicator]));
  return (
    <Card title={t("baseline.title")}>
      <p>{t("baseline.text")}</p>
      {between && (
        <p class="small">
          <strong>{t("baseline.period", between)}</strong>
        </p>
      )}
      <Entering campaign={campaign} indicators={indicators} />
    </Card>
  );
}

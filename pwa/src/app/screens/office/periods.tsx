/** Closing reporting periods: the standing office prepares, a leader signs, and what comes later is corrected by a new version. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { CampaignDocument, IndicatorDocument } from "../../../shared/protocol";
import { localized, translator } from "../../i18n";
import { common } from "../../i18n/common";
import { formatDate, formatHours, formatMoment, formatNumber } from "../../i18n/format";
import { periods } from "../../i18n/periods";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here, may } from "../../session";
import { Banner, Button, Card, Dialog, EmptyState, Icon, Page } from "../../ui";
import "./periods.css";

const t = translator(common, periods);

interface Figure {
  readonly code: string;
  readonly place: number;
  readonly numerator: number;
  readonly denominator: number | null;
}

interface Version {
  readonly version: number;
  readonly stamp: { readonly calendar: string; readonly scale: string | null };
  readonly figures: readonly Figure[];
  readonly prepared_by: string;
  /** Who was away, where somebody stood in. */
  readonly prepared_for: string | null;
  /** I have prepared it: somebody else signs. */
  readonly mine: boolean;
  readonly prepared_at: string;
  readonly signed_by: string | null;
  readonly signed_for: string | null;
  readonly signed_at: string | null;
}

interface Period {
  /** The day on which it begins by the calendar; `from` and `to` are cut at the campaign's ends. */
  readonly starts: string;
  readonly from: string;
  readonly to: string;
  readonly state: "open" | "prepared" | "signed";
  readonly corrections: number;
  readonly versions: readonly Version[];
  readonly waiting: readonly { readonly record: string; readonly code: string; readonly before: number | null; readonly after: number | null }[];
}

type Indicators = ReadonlyMap<string, IndicatorDocument>;
type Work = "prepare" | "sign";

const ICONS = { running: "clock", open: "clock", prepared: "inbox", signed: "check" } as const;
// So many lines tell what a correction is about; the rest is counted.
const MOST_LINES = 20;

function between({ from, to }: Period): string {
  return `${formatDate(from)} – ${formatDate(to)}`;
}

function usePeriods(campaign: CampaignDocument) {
  const { profile } = here();
  const [found, setFound] = useState<readonly Period[] | null>(null);
  const [failed, setFailed] = useState(false);
  const address = `/api/campaigns/${campaign.id}/periods`;
  const ask = async (): Promise<void> => {
    try {
      setFound((await api<{ periods: Period[] }>("GET", address, undefined, profile.device)).periods);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const work = async (period: Period, what: Work): Promise<void> => {
    const at = `${address}/${period.starts}`;
    const [method, path] = what === "prepare" ? (["PUT", at] as const) : (["POST", `${at}/signature`] as const);
    setFound((await api<{ periods: Period[] }>(method, path, {}, profile.device)).periods);
  };
  useEffect(() => void ask(), [address]);
  return { found, failed, ask, work };
}

function figureText(indicator: IndicatorDocument | undefined, figure: Figure): string {
  if (indicator?.kind === "median") return figure.denominator ? formatHours(figure.numerator) : "–";
  const whole = (indicator?.kind === "ratio" || indicator?.kind === "covered") && figure.denominator !== null;
  return whole ? `${formatNumber(figure.numerator)} / ${formatNumber(figure.denominator)}` : formatNumber(figure.numerator);
}

function Stamped({ version, indicators }: { version: Version; indicators: Indicators }) {
  return (
    <details>
      <summary>{t("periods.figures")}</summary>
      <p class="soft small">{t("periods.stamp", { calendar: version.stamp.calendar, scale: version.stamp.scale ?? "–" })}</p>
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{t("periods.indicator")}</th>
            <th scope="col">{t("periods.figure")}</th>
          </tr>
        </thead>
        <tbody>
          {version.figures.map((figure) => (
            <tr key={figure.code}>
              <th scope="row">{`${figure.code} · ${localized(indicators.get(figure.code)?.name)}`}</th>
              <td>{figureText(indicators.get(figure.code), figure)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function acting(name: string, whom: string | null): string {
  return whom === null ? name : t("history.for", { name, whom });
}

function Versions({ period, indicators }: { period: Period; indicators: Indicators }) {
  return (
    <ul class="versions stack" data-gap="small">
      {period.versions.map((version) => (
        <li key={version.version}>
          <strong>{version.version === 1 ? t("periods.first") : t("periods.correction", { number: version.version - 1 })}</strong>
          <span class="small">{t("periods.prepared-by", { name: acting(version.prepared_by, version.prepared_for), at: formatMoment(version.prepared_at) })}</span>
          {version.signed_by && version.signed_at && (
            <span class="small">{t("periods.signed-by", { name: acting(version.signed_by, version.signed_for), at: formatMoment(version.signed_at) })}</span>
          )}
          <Stamped version={version} indicators={indicators} />
        </li>
      ))}
    </ul>
  );
}

function Waiting({ period }: { period: Period }) {
  const number = (value: number | null): string => (value === null ? t("periods.nothing") : formatNumber(value));
  return (
    <details>
      <summary>{t("periods.waiting", { count: period.corrections })}</summary>
      <ul class="versions stack small" data-gap="small">
        {period.waiting.slice(0, MOST_LINES).map((one) => (
          <li key={`${one.record}-${one.code}`}>
            <a href={`#/review/${one.record}`}>
              {t("periods.record", { record: one.record, code: one.code, before: number(one.before), after: number(one.after) })}
            </a>
          </li>
        ))}
      </ul>
      {period.waiting.length > MOST_LINES && <p class="soft small">{`+ ${formatNumber(period.waiting.length - MOST_LINES)}`}</p>}
    </details>
  );
}

interface OneProps {
  readonly period: Period;
  readonly indicators: Indicators;
  readonly today: string;
  readonly work: (what: Work) => Promise<void>;
}

function One({ period, indicators, today, work }: OneProps) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<{ good: boolean; words: string } | null>(null);
  const over = period.to < today;
  const state = over ? period.state : "running";
  const corrects = period.state === "signed" || period.versions.length > 1;
  const mine = period.versions[0]?.mine === true;
  const go = async (what: Work): Promise<void> => {
    setBusy(true);
    try {
      await work(what);
      setTold({ good: true, words: t(what === "prepare" ? "periods.done.prepared" : "periods.done.signed") });
    } catch (error) {
      setTold({ good: false, words: explain(error) });
    }
    setBusy(false);
    setAsking(false);
  };
  const prepares = over && may("office") && (period.state !== "signed" || period.corrections > 0);
  const signs = period.state === "prepared" && may("sign");
  return (
    <li class="period">
      <div class="period-head">
        <h3>{between(period)}</h3>
        <span class="with-icon" data-state={state}>
          <Icon name={ICONS[state]} />
          <span>{t(`periods.${state}`)}</span>
        </span>
      </div>
      {period.corrections > 0 && <Waiting period={period} />}
      {period.versions.length > 0 && <Versions period={period} indicators={indicators} />}
      {told && <Banner tone={told.good ? "good" : "problem"} live title={told.words} />}
      {signs && mine && <p class="small">{t("periods.own")}</p>}
      <div class="row">
        {prepares && (
          <Button icon="draft" busy={busy} onClick={() => go("prepare")}>
            {t(period.state === "prepared" ? "periods.again" : corrects ? "periods.draft" : "periods.prepare")}
          </Button>
        )}
        {signs && !mine && (
          <Button kind="primary" icon="check" onClick={() => setAsking(true)}>
            {t(corrects ? "periods.sign-correction" : "periods.sign")}
          </Button>
        )}
      </div>
      <Dialog
        open={asking}
        title={t("periods.ask", { period: between(period) })}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="primary" busy={busy} onClick={() => go("sign")}>
              {t(corrects ? "periods.sign-correction" : "periods.sign")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("periods.ask.text")}</p>
      </Dialog>
    </li>
  );
}

function Campaign({ campaign }: { campaign: CampaignDocument }) {
  const { found, failed, ask, work } = usePeriods(campaign);
  const documents = useLive((store) => store.documents("indicator"), [], ["documents"]) ?? [];
  const indicators = new Map(documents.filter((each) => each.place === campaign.place).map((each) => [each.code, each]));
  return (
    <Card title={localized(campaign.name)}>
      <p>{t("periods.text")}</p>
      {failed && (
        <Banner tone="attention" icon="offline" title={t("periods.failed")}>
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {!found && !failed && <p class="soft">{t("app.loading")}</p>}
      {found?.length === 0 && <p class="soft">{t("periods.none")}</p>}
      <ul class="stack" data-gap="small">
        {[...(found ?? [])].reverse().map((period) => (
          <One key={period.from} period={period} indicators={indicators} today={here().store.today()} work={(what) => work(period, what)} />
        ))}
      </ul>
    </Card>
  );
}

export default function Periods() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  return (
    <Page title={t("periods.title")} back={may("office") ? "office" : undefined}>
      {campaigns?.length === 0 && <EmptyState icon="flag" title={t("periods.none")} />}
      {campaigns?.map((campaign) => (
        <Campaign key={campaign.id} campaign={campaign} />
      ))}
    </Page>
  );
}

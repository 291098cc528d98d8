/** Official reports: choose kind, period and place, and take the draft home as a Word file. */
import { useEffect, useId, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { ProblemError } from "../../../shared/problem";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatDate } from "../../i18n/format";
import { explain } from "../../problems";
import { here, may } from "../../session";
import { Banner, Button, Card, describedBy, Field } from "../../ui";
import { Get, Outcome, useDownload } from "./downloading";
import { address, KINDS, likely, spansOf, type Kind, type Offered, type Span } from "./reports-data";
import { t } from "./reports-t";
import { SamePeriod } from "./same-period";

function nameOf(span: Span): string {
  const { number } = span;
  const year = String(span.year);
  if (span.kind === "month") return t("report.month", { number, year });
  if (span.kind === "half") return t(number <= 6 ? "report.first" : "report.second", { year });
  return t("report.year", { year });
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly choose: (value: string) => void;
  readonly hint?: string;
}

function Choice({ label, value, options, choose, hint }: ChoiceProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint}>
      <select id={id} class="input" value={value} aria-describedby={describedBy(id, hint)} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Choosing({ campaign, offered }: { campaign: CampaignDocument; offered: Offered }) {
  const [kind, setKind] = useState<Kind>("month");
  const [from, setFrom] = useState<string | null>(null);
  const [place, setPlace] = useState(offered.places[0]?.id ?? 0);
  const download = useDownload();
  const spans = spansOf(offered, kind);
  const span = spans.find((one) => one.from === from) ?? likely(offered, kind);
  if (!span) return null;
  const path = address(campaign.id, place, span);
  const figures = address(campaign.id, place, span, "figures");
  const over = span.to < offered.today;
  return (
    <>
      <Choice
        label={t("report.kind")}
        value={kind}
        options={KINDS.map((one) => [one, t(`report.kind.${one}`)] as const)}
        choose={(value) => {
          setKind(KINDS.find((one) => one === value) ?? "month");
          setFrom(null);
        }}
      />
      <Choice
        label={t("report.span")}
        value={span.from}
        options={spans.map((one) => [one.from, nameOf(one)] as const)}
        choose={setFrom}
        hint={t("report.days", { from: formatDate(span.from), to: formatDate(span.to) })}
      />
      {offered.places.length > 1 && (
        <Choice
          label={t("report.place")}
          value={String(place)}
          options={offered.places.map((one) => [String(one.id), localized(one.name)] as const)}
          choose={(value) => setPlace(Number(value))}
        />
      )}
      {!over && <Banner tone="attention" icon="clock" title={t("report.running")} />}
      <SamePeriod key={`${path} same`} path={address(campaign.id, place, span, "same-period")} place={place} />
      <Outcome of={download} />
      <Get of={download} path={path} words={t("report.get")} icon="form" main />
      <p class="soft small">{t("report.draft")}</p>
      <h3>{t("report.figures")}</h3>
      <p class="soft small">{t("report.figures.text")}</p>
      <div class="pair">
        <Get of={download} path={`${figures}&format=xlsx`} words={t("report.figures.xlsx")} />
        <Get of={download} path={figures} words={t("report.figures.csv")} />
      </div>
      {may("export") && kind === "year" && (
        <>
          <h3>{t("report.public")}</h3>
          <p class="soft small">{t("report.public.text")}</p>
          {over ? (
            <Get of={download} path={address(campaign.id, place, span, "public-figures")} words={t("report.public.get")} />
          ) : (
            <p class="soft small">{t("report.public.running")}</p>
          )}
        </>
      )}
    </>
  );
}

/** The card of a campaign's reports; nothing where its pack has none, or this person may have none. */
export function Reports({ campaign }: { campaign: CampaignDocument }) {
  const [offered, setOffered] = useState<Offered | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { device } = here().profile;
  const ask = (): void => {
    setFailure(null);
    api<Offered>("GET", `/api/campaigns/${campaign.id}/reports`, undefined, device).then(setOffered, setFailure);
  };
  useEffect(ask, [campaign.id]);
  if (failure instanceof ProblemError && failure.slug === "not-found") return null;
  return (
    <Card title={t("report.title")}>
      <p>{t("report.text")}</p>
      {failure !== null && (
        <Banner tone="attention" icon="offline" title={explain(failure)}>
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {!offered && failure === null && <p class="soft">{t("app.loading")}</p>}
      {offered && <Choosing campaign={campaign} offered={offered} />}
    </Card>
  );
}

/** Days that are reported on by themselves: Tết, a holiday, a week of action. */
import { useState } from "preact/hooks";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { Button, Card, Facts, LinkButton } from "../../ui";
import { DaysField } from "./days-field";
import { NamesField } from "./names-field";
import { History, Told } from "./setup-changing";
import { spansOver, WINDOWS, without, written, type Days, type Entry, type Span, type Spans } from "./setup-data";
import { drafts, useSetupDraft } from "./setup-draft";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { spanWords, windowWords } from "./setup-words";

const kept = drafts<readonly Span[]>();
const FRESH: Span = { from: "", to: "", name: {} };

type Wrong = "name" | "days" | null;

function wrongIn({ from, to, name }: Span): Wrong {
  if (!from || !to || to < from) return "days";
  return name["vi"]?.trim() ? null : "name";
}

interface SpanProps {
  readonly span: Span;
  readonly wrong: Wrong;
  readonly change: (span: Span) => void;
  readonly remove: () => void;
}

function SpanCard({ span, wrong, change, remove }: SpanProps) {
  return (
    <Card title={localized(span.name) || t("setup.days.fresh")}>
      <DaysField days={span} error={wrong === "days" ? t("setup.days.wrong") : undefined} change={(days) => change({ ...span, ...days })} />
      <NamesField name={span.name} error={wrong === "name" ? t("setup.days.name.missing") : undefined} change={(name) => change({ ...span, name })} />
      <div class="pair">
        <Button kind="quiet" icon="cross" onClick={remove}>
          {t("setup.days.remove")}
        </Button>
      </div>
    </Card>
  );
}

/** The campaign's own days, and the way to where they are changed. */
function OwnDays({ campaign, windows: { windows, report_days: many } }: { campaign: CampaignDocument; windows: Days }) {
  const rows = WINDOWS.map((name) => [t(`setup.window.${name}`), windowWords(windows[name])] as const);
  return (
    <Card title={t("setup.windows")}>
      <Facts rows={[...rows, [t("setup.report-days"), t("setup.report-days.many", { count: many ?? 0 })]]} />
      <LinkButton href={`#/setup/${campaign.id}/windows`}>{t("setup.windows.change")}</LinkButton>
    </Card>
  );
}

function Calendar(of: OfSetup) {
  const { campaign, setup } = of;
  const { typed, changing, keep, look, done } = useSetupDraft(kept, of, { now: ({ special }) => special, over: spansOver });
  const [asked, setAsked] = useState(false);
  const spans = typed ?? setup.special;
  const change = (value: Spans | null) => ({ part: "calendar", code: null, value }) as const;
  const same = !without(spans, setup.special).length && !without(setup.special, spans).length;
  const words = (entry: Entry): string => (entry.value as Spans | null)?.spans.map(spanWords).join("; ") ?? t("setup.history.back");
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!spans.some(wrongIn)) look(same ? [] : [change({ spans: spans.map(written) })]);
      }}
    >
      <div class="setup-cards">
        <OwnDays campaign={campaign} windows={setup.windows} />
        {spans.map((span, index) => (
          <SpanCard
            key={index}
            span={span}
            wrong={asked ? wrongIn(span) : null}
            change={(next) => keep(spans.map((one, at) => (at === index ? next : one)))}
            remove={() => keep(spans.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      <Told told={changing.told} />
      <div class="pair setup-review">
        <Button kind="primary" type="submit" icon="check" busy={changing.busy}>
          {t("setup.review")}
        </Button>
        <Button
          icon="plus"
          onClick={() => {
            setAsked(false);
            keep([...spans, FRESH]);
          }}
        >
          {t("setup.days.add")}
        </Button>
      </div>
      {setup.special_changed && (
        <Button kind="quiet" onClick={() => look([change(null)])}>
          {t("setup.milestone.back")}
        </Button>
      )}
      <History entries={setup.history.filter((entry) => entry.part === "calendar" && entry.entry !== "windows")} words={words} />
      <Review changing={changing} setup={setup} campaign={campaign} done={done} />
    </form>
  );
}

export default setupScreen("calendar", Calendar);

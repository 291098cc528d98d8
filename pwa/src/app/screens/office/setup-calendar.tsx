/** Days that are reported on by themselves: Tết, a holiday, a week of action. */
import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { Button, Card, describedBy, Facts, Field, LinkButton } from "../../ui";
import { NamesField } from "./names-field";
import { History, Told, useChanging } from "./setup-changing";
import { spansOver, typedOver, WINDOWS, without, written, type Change, type Days, type Draft, type Entry, type Span, type Spans } from "./setup-data";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { spanWords, windowWords } from "./setup-words";

/** What is typed and not saved yet, by campaign: leaving the screen and coming back doesn't lose it. */
const typedBy = signal<Readonly<Record<number, Draft<readonly Span[]> | undefined>>>({});
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
  const id = useId();
  const ofDays = wrong === "days" ? t("setup.days.wrong") : undefined;
  return (
    <Card title={localized(span.name) || t("setup.days.fresh")}>
      {(["from", "to"] as const).map((end) => {
        const error = end === "to" ? ofDays : undefined;
        return (
          <Field key={end} id={`${id}-${end}`} label={t(`setup.days.${end}`)} required error={error}>
            <input
              id={`${id}-${end}`}
              class="input"
              type="date"
              value={span[end]}
              aria-invalid={error ? "true" : undefined}
              aria-describedby={describedBy(`${id}-${end}`, undefined, error)}
              onInput={(event) => change({ ...span, [end]: event.currentTarget.value })}
            />
          </Field>
        );
      })}
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

function Calendar({ campaign, setup, take }: OfSetup) {
  const set = (next: Draft<readonly Span[]> | undefined): void => {
    typedBy.value = { ...typedBy.value, [campaign.id]: next };
  };
  const draft = typedBy.value[campaign.id];
  const changing = useChanging(campaign, take, (found) => {
    const typed = typedBy.value[campaign.id]; // as it is by then
    set(typed && spansOver(typed, found.special, found.seen));
  });
  const [asked, setAsked] = useState(false);
  const [looked, setLooked] = useState(draft);
  const spans = draft?.value ?? setup.special;
  const keep = (next: readonly Span[]): void => set(typedOver(draft, { seen: setup.seen, base: setup.special }, next));
  const look = (value: Spans | null): void => {
    const same = value !== null && !without(spans, setup.special).length && !without(setup.special, spans).length;
    const made: readonly Change[] = same ? [] : [{ part: "calendar", code: null, value }];
    setLooked(draft);
    void changing.look(made, draft?.seen ?? setup.seen);
  };
  const words = (entry: Entry): string => (entry.value as Spans | null)?.spans.map(spanWords).join("; ") ?? t("setup.history.back");
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!spans.some(wrongIn)) look({ spans: spans.map(written) });
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
        <Button kind="quiet" onClick={() => look(null)}>
          {t("setup.milestone.back")}
        </Button>
      )}
      <History entries={setup.history.filter((entry) => entry.part === "calendar" && entry.entry !== "windows")} words={words} />
      <Review
        changing={changing}
        setup={setup}
        campaign={campaign}
        done={({ seen, special }) => set(draft === looked ? undefined : draft && { ...draft, seen, base: special })}
      />
    </form>
  );
}

export default setupScreen("calendar", Calendar);

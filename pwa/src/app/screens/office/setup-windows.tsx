/** The campaign's own days: what is counted when, and how long a report may take. */
import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import { Button, Card, describedBy, Field } from "../../ui";
import { History, Told, useChanging } from "./setup-changing";
import { daysOver, daysWrong, typedOver, WINDOWS, type Change, type Days, type DaysWrong, type Draft, type Window, type WindowName } from "./setup-data";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { daysWords } from "./setup-words";

/** What is typed and not saved yet, by campaign: leaving the screen and coming back doesn't lose it. */
const typedBy = signal<Readonly<Record<number, Draft<Days> | undefined>>>({});

interface WindowProps {
  readonly name: WindowName;
  readonly window: Window;
  readonly error: string | undefined;
  readonly change: (window: Window) => void;
}

function WindowCard({ name, window, error, change }: WindowProps) {
  const id = useId();
  return (
    <Card title={t(`setup.window.${name}`)}>
      <p class="small soft">{t(`setup.window.${name}.text`)}</p>
      {(["from", "to"] as const).map((end) => {
        const wrong = end === "to" ? error : undefined;
        return (
          <Field key={end} id={`${id}-${end}`} label={t(`setup.days.${end}`)} required error={wrong}>
            <input
              id={`${id}-${end}`}
              class="input"
              type="date"
              value={window[end]}
              aria-invalid={wrong ? "true" : undefined}
              aria-describedby={describedBy(`${id}-${end}`, undefined, wrong)}
              onInput={(event) => change({ ...window, [end]: event.currentTarget.value })}
            />
          </Field>
        );
      })}
    </Card>
  );
}

function ReportDays({ days, error, change }: { days: number | null; error: string | undefined; change: (days: number | null) => void }) {
  const id = useId();
  const hint = t("setup.report-days.hint");
  return (
    <Card title={t("setup.report-days")}>
      <Field id={id} label={t("setup.report-days.label")} hint={hint} required error={error}>
        <input
          id={id}
          class="input"
          inputMode="numeric"
          value={days ?? ""}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={describedBy(id, hint, error)}
          onInput={({ currentTarget: { value } }) => change(/^\d{1,3}$/.test(value.trim()) ? Number(value) : null)}
        />
      </Field>
    </Card>
  );
}

function Windows({ campaign, setup, take }: OfSetup) {
  const set = (next: Draft<Days> | undefined): void => {
    typedBy.value = { ...typedBy.value, [campaign.id]: next };
  };
  const draft = typedBy.value[campaign.id];
  const changing = useChanging(campaign, take, (found) => {
    const typed = typedBy.value[campaign.id]; // as it is by then
    set(typed && daysOver(typed, found.windows, found.seen));
  });
  const [asked, setAsked] = useState(false);
  const [looked, setLooked] = useState(draft);
  const days = draft?.value ?? setup.windows;
  const wrong = daysWrong(days);
  const said = (at: DaysWrong["at"]) => (asked && wrong?.at === at ? t(`setup.windows.wrong.${wrong.why}`) : undefined);
  const keep = (next: Days): void => set(typedOver(draft, { seen: setup.seen, base: setup.windows }, next));
  const look = (value: Days | null): void => {
    const same = value !== null && daysWords(value) === daysWords(setup.windows);
    const made: readonly Change[] = same ? [] : [{ part: "calendar", code: "windows", value }];
    setLooked(draft);
    void changing.look(made, draft?.seen ?? setup.seen);
  };
  const mine = setup.history.filter((entry) => entry.part === "calendar" && entry.entry === "windows");
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!wrong) look(days);
      }}
    >
      <div class="setup-cards">
        {WINDOWS.map((name) => (
          <WindowCard
            key={name}
            name={name}
            window={days.windows[name]}
            error={said(name)}
            change={(window) => keep({ ...days, windows: { ...days.windows, [name]: window } })}
          />
        ))}
        <ReportDays days={days.report_days} error={said("report_days")} change={(many) => keep({ ...days, report_days: many })} />
      </div>
      <Told told={changing.told} />
      <div class="pair setup-review">
        <Button kind="primary" type="submit" icon="check" busy={changing.busy}>
          {t("setup.review")}
        </Button>
        {setup.windows_changed && (
          <Button kind="quiet" onClick={() => look(null)}>
            {t("setup.milestone.back")}
          </Button>
        )}
      </div>
      <History entries={mine} words={({ value }) => (value ? daysWords(value as Days) : t("setup.history.back"))} />
      <Review
        changing={changing}
        setup={setup}
        campaign={campaign}
        done={({ seen, windows }) => set(draft === looked ? undefined : draft && { ...draft, seen, base: windows })}
      />
    </form>
  );
}

export default setupScreen("windows", Windows);

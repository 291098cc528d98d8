/** The campaign's own days: what is counted when, and how long a report may take. */
import { useId, useState } from "preact/hooks";
import { Button, Card, describedBy, Field } from "../../ui";
import { DaysField } from "./days-field";
import { History, Told } from "./setup-changing";
import { daysOver, daysWrong, WINDOWS, type Days, type DaysWrong } from "./setup-data";
import { drafts, useSetupDraft } from "./setup-draft";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { daysWords } from "./setup-words";

const kept = drafts<Days>();

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

function Windows(of: OfSetup) {
  const { campaign, setup } = of;
  const { typed, changing, keep, look, done } = useSetupDraft(kept, of, { now: ({ windows }) => windows, over: daysOver });
  const [asked, setAsked] = useState(false);
  const days = typed ?? setup.windows;
  const wrong = daysWrong(days);
  const said = (at: DaysWrong["at"]) => (asked && wrong?.at === at ? t(`setup.windows.wrong.${wrong.why}`) : undefined);
  const change = (value: Days | null) => ({ part: "calendar", code: "windows", value }) as const;
  const same = daysWords(days) === daysWords(setup.windows);
  const mine = setup.history.filter((entry) => entry.part === "calendar" && entry.entry === "windows");
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!wrong) look(same ? [] : [change(days)]);
      }}
    >
      <div class="setup-cards">
        {WINDOWS.map((name) => (
          <Card key={name} title={t(`setup.window.${name}`)}>
            <p class="small soft">{t(`setup.window.${name}.text`)}</p>
            <DaysField days={days.windows[name]} error={said(name)} change={(window) => keep({ ...days, windows: { ...days.windows, [name]: window } })} />
          </Card>
        ))}
        <ReportDays days={days.report_days} error={said("report_days")} change={(many) => keep({ ...days, report_days: many })} />
      </div>
      <Told told={changing.told} />
      <div class="pair setup-review">
        <Button kind="primary" type="submit" icon="check" busy={changing.busy}>
          {t("setup.review")}
        </Button>
        {setup.windows_changed && (
          <Button kind="quiet" onClick={() => look([change(null)])}>
            {t("setup.milestone.back")}
          </Button>
        )}
      </div>
      <History entries={mine} words={({ value }) => (value ? daysWords(value as Days) : t("setup.history.back"))} />
      <Review changing={changing} setup={setup} campaign={campaign} done={done} />
    </form>
  );
}

export default setupScreen("windows", Windows);

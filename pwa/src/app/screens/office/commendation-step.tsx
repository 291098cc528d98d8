/** One step about a nomination: what it needs to be told, and why. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Banner, Button, describedBy, Field, Icon } from "../../ui";
import { GROUNDS, wordsFor, wrongFields, type Action, type Nomination } from "./commendation-data";
import { t } from "./commendation-t";

export type Given = Readonly<Record<string, unknown>>;

interface InputProps {
  readonly label: string;
  readonly name: string;
  readonly type?: "date" | "number" | "text";
  readonly value?: string | number | undefined;
  readonly required?: boolean;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly most?: string;
}

function Input({ label, name, type = "text", value, required, hint, error, most }: InputProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} required={required === true}>
      <input
        id={id}
        class="input"
        name={name}
        type={type}
        inputMode={type === "number" ? "numeric" : undefined}
        min={type === "number" ? 0 : undefined}
        max={most}
        maxLength={type === "text" ? 60 : undefined}
        defaultValue={value}
        required={required}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Field>
  );
}

function Reason({ required, error, label }: { required: boolean; error: string | undefined; label: string }) {
  const id = useId();
  const hint = t("step.reason.hint");
  return (
    <Field id={id} label={label} hint={hint} error={error} required={required}>
      <textarea id={id} class="input" name="reason" rows={3} maxLength={500} required={required} aria-describedby={describedBy(id, hint, error)} />
    </Field>
  );
}

function Meeting({ today, wrong }: { today: string; wrong: ReadonlySet<string> }) {
  const count = { type: "number", required: true } as const;
  return (
    <>
      <Input label={t("vote.held_on")} name="held_on" type="date" value={today} most={today} required error={wrong.has("held_on") ? t("wrong.held_on") : undefined} />
      <div class="pair">
        <Input label={t("vote.members")} name="members" {...count} />
        <Input label={t("vote.present")} name="present" {...count} error={wrong.has("present") ? t("wrong.present") : undefined} />
      </div>
      <div class="triple">
        <Input label={t("vote.agree")} name="agree" {...count} />
        <Input label={t("vote.against")} name="against" {...count} />
        <Input label={t("vote.abstained")} name="abstained" {...count} />
      </div>
      {wrong.has("agree") && (
        <p class="field-error">
          <Icon name="alert" />
          <span>{t("wrong.agree")}</span>
        </p>
      )}
    </>
  );
}

function Ground({ wrong }: { wrong: boolean }) {
  const id = useId();
  return (
    <Field id={id} label={t("step.ground")} required error={wrong ? t("wrong.ground") : undefined}>
      <select id={id} class="input" name="ground" required>
        <option value="">{t("step.choose")}</option>
        {GROUNDS.map((ground) => (
          <option key={ground} value={ground}>
            {t(`ground.${ground}`)}
          </option>
        ))}
      </select>
    </Field>
  );
}

function DecisionFields({ today, wrong, required }: { today: string; wrong: boolean; required: boolean }) {
  return (
    <>
      <Input label={t("decision.number")} name="number" required={required} error={wrong ? t("wrong.decision") : undefined} />
      <Input label={t("decision.on")} name="on" type="date" value={required ? today : undefined} most={today} required={required} />
      {required && <Input label={t("decision.book")} name="book" />}
    </>
  );
}

const NEEDS_REASON: readonly Action[] = ["return", "block", "unlist", "decline", "unpublish", "cancel"];

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** What a step says, as the server takes it. */
function read(action: Action, form: FormData): Given {
  const number = (name: string): number => Number.parseInt(text(form, name), 10);
  const given: Record<string, unknown> = { action, reason: text(form, "reason") };
  if (action === "vote") {
    const counts = Object.fromEntries(["members", "present", "agree", "against", "abstained"].map((name) => [name, number(name)]));
    given["vote"] = { held_on: text(form, "held_on"), ...counts };
  }
  if (action === "block") given["ground"] = text(form, "ground");
  if (action === "grant" || action === "decline") {
    given["decision"] = { number: text(form, "number") || null, on: text(form, "on") || null, book: text(form, "book") || null };
  }
  return given;
}

interface StepProps {
  readonly action: Action;
  readonly one: Nomination;
  readonly today: string;
  readonly take: (given: Given) => Promise<void>;
  readonly cancel: () => void;
  readonly note?: ComponentChildren;
}

export function Step({ action, one, today, take, cancel, note }: StepProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const wrong = wrongFields(failure);
  const again = action === "vote" && one.steps.some((step) => step.action === "vote" && step.rev === one.rev);
  const bare = action === "check" && (!one.evidence.some((each) => each.counted) || one.alike.length > 0);
  const required = NEEDS_REASON.includes(action) || again || bare;
  const send = async (form: FormData): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      await take(read(action, form));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <form
      class="step stack"
      aria-label={t(`action.${action}`)}
      onSubmit={(event) => {
        event.preventDefault();
        void send(new FormData(event.currentTarget));
      }}
    >
      <h3>{t(`action.${action}`)}</h3>
      <p class="small">{t(`about.${action}`)}</p>
      {note}
      {action === "vote" && <Meeting today={today} wrong={wrong} />}
      {action === "block" && <Ground wrong={wrong.has("ground")} />}
      {(action === "grant" || action === "decline") && <DecisionFields today={today} wrong={wrong.has("decision")} required={action === "grant"} />}
      <Reason required={required} label={t(required ? "step.reason" : "step.note")} error={wrong.has("reason") ? t("wrong.reason") : undefined} />
      {failure !== null && <Banner tone="problem" live title={wordsFor(failure)} />}
      <div class="row">
        <Button kind={action === "cancel" ? "danger" : "primary"} type="submit" busy={busy}>
          {t(`action.${action}`)}
        </Button>
        <Button onClick={cancel}>{t("app.cancel")}</Button>
      </div>
    </form>
  );
}

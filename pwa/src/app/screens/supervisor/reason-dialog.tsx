/** Asks for the reason that a return or a rejection needs. What is typed is kept, also when the dialog is closed. */
import { useEffect, useId, useState } from "preact/hooks";
import type { Decision } from "../../../shared/protocol";
import { Button, describedBy, Dialog, Field } from "../../ui";
import { t } from "./t";

export type Reasoned = Exclude<Decision, "approve">;

const SUGGESTED = {
  return: ["reason.return.1", "reason.return.2", "reason.return.3", "reason.return.4"],
  reject: ["reason.reject.1", "reason.reject.2", "reason.reject.3"],
} as const;

const LONGEST = 2000;

/** A suggestion is added at the end, or taken out again where it is. */
export function toggled(reason: string, suggestion: string): string {
  if (reason.includes(suggestion)) return reason.replace(suggestion, "").replace(/ {2,}/g, " ").trim();
  return [reason.trim(), suggestion].filter(Boolean).join(" ");
}

export interface ReasonDialogProps {
  decision: Reasoned | null;
  /** What was typed before. */
  kept: string;
  busy: boolean;
  trouble: string | null;
  keep: (reason: string) => void;
  close: () => void;
  decide: (decision: Reasoned, reason: string) => void;
}

export function ReasonDialog({ decision, kept, busy, trouble, keep, close, decide }: ReasonDialogProps) {
  const id = useId();
  const [reason, setReason] = useState(kept);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    setReason(kept);
    setMissing(false);
  }, [decision]);
  const type = (next: string): void => {
    setReason(next);
    setMissing(false);
    keep(next);
  };
  const done = (): void => {
    if (!decision) return;
    if (reason.trim()) decide(decision, reason.trim().normalize("NFC"));
    else setMissing(true);
  };
  const error = missing ? t("reason.needed") : (trouble ?? undefined);
  return (
    <Dialog
      open={decision !== null}
      title={t(decision === "reject" ? "reason.reject.title" : "reason.return.title")}
      onClose={close}
      actions={
        <>
          <Button kind={decision === "reject" ? "danger" : "primary"} busy={busy} onClick={done}>
            {t(decision === "reject" ? "act.reject" : "act.return")}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      <p>{t(decision === "reject" ? "reason.reject.text" : "reason.return.text")}</p>
      <div class="suggestions" role="group" aria-label={t("reason.suggested")}>
        {decision &&
          SUGGESTED[decision].map((key) => (
            <button key={key} type="button" class="toggle" aria-pressed={reason.includes(t(key))} onClick={() => type(toggled(reason, t(key)))}>
              {t(key)}
            </button>
          ))}
      </div>
      <Field id={id} label={t("reason.label")} required error={error}>
        <textarea
          id={id}
          class="input"
          rows={3}
          maxLength={LONGEST}
          value={reason}
          aria-invalid={missing ? "true" : undefined}
          aria-describedby={describedBy(id, undefined, error)}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </Field>
    </Dialog>
  );
}

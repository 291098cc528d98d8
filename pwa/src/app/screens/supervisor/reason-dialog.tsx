/** Asks for the reason that a return or a rejection needs. What is typed is kept, also when the dialog is closed. */
import { useEffect, useId, useState } from "preact/hooks";
import type { Decision } from "../../../shared/protocol";
import { Button, describedBy, Dialog, Field } from "../../ui";
import { t } from "./t";

/** What isn't done without words: why, or for which period. */
export const REASONED = ["return", "reject", "lock"] as const;
export type Reasoned = (typeof REASONED)[number];

export function isReasoned(decision: Decision): decision is Reasoned {
  return (REASONED as readonly Decision[]).includes(decision);
}

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
  /** How many answers have remarks: with some, no reason is needed besides. */
  remarks: number;
  /** The reporting periods that are likely meant, to lock for. */
  periods: readonly string[];
  /** What was typed before. */
  kept: string;
  busy: boolean;
  trouble: string | null;
  keep: (reason: string) => void;
  close: () => void;
  decide: (decision: Reasoned, reason: string) => void;
}

export function ReasonDialog({ decision, remarks, periods, kept, busy, trouble, keep, close, decide }: ReasonDialogProps) {
  const id = useId();
  const [reason, setReason] = useState(kept);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    setReason(kept);
    setMissing(false);
  }, [decision]);
  const optional = decision === "return" && remarks > 0;
  const type = (next: string): void => {
    setReason(next);
    setMissing(false);
    keep(next);
  };
  const done = (): void => {
    if (!decision) return;
    if (reason.trim() || optional) decide(decision, reason.trim().normalize("NFC"));
    else setMissing(true);
  };
  const locks = decision === "lock";
  const label = optional ? "reason.optional" : locks ? "reason.lock.label" : "reason.label";
  const error = missing ? t(locks ? "reason.lock.needed" : "reason.needed") : (trouble ?? undefined);
  const asked = decision ?? "return";
  const suggestions = asked === "lock" ? periods : SUGGESTED[asked].map((key) => t(key));
  return (
    <Dialog
      open={decision !== null}
      title={t(`reason.${asked}.title`)}
      onClose={close}
      actions={
        <>
          <Button kind={decision === "reject" ? "danger" : "primary"} busy={busy} onClick={done}>
            {t(`act.${asked}`)}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      <p>{t(`reason.${asked}.text`)}</p>
      {optional && <p>{t("note.count", { count: remarks })}</p>}
      <div class="suggestions" role="group" aria-label={t(locks ? "reason.lock.label" : "reason.suggested")}>
        {decision &&
          suggestions.map((words) => (
            <button
              key={words}
              type="button"
              class="toggle"
              aria-pressed={reason.includes(words)}
              onClick={() => type(locks ? words : toggled(reason, words))}
            >
              {words}
            </button>
          ))}
      </div>
      <Field id={id} label={t(label)} required={!optional} error={error}>
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

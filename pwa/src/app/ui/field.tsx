import type { ComponentChildren } from "preact";
import { t } from "../i18n/t";
import { Icon } from "./icon";

export interface FieldProps {
  /** Id of the control inside; the label, hint and error are tied to it. */
  id: string;
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: string | undefined;
  required?: boolean;
  /** Several controls answer one question (radio buttons, check boxes): a fieldset with a legend. */
  group?: boolean;
  children: ComponentChildren;
}

/** The `aria-describedby` of the control in a field: its hint and its error, those that there are. */
export function describedBy(id: string, hint?: unknown, error?: string): string | undefined {
  const ids = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean);
  return ids.length ? ids.join(" ") : undefined;
}

/** Label, hint, control and error of one question. */
export function Field({ id, label, hint, error, required, group, children }: FieldProps) {
  const words = (
    <>
      {label} {required && <span class="required">{t("field.required")}</span>}
    </>
  );
  const notes = (
    <>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {!group && children}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="alert" />
          <span>{error}</span>
        </p>
      )}
      {group && children}
    </>
  );
  if (group) {
    return (
      <fieldset class="field" id={id} tabIndex={-1} aria-describedby={describedBy(id, hint, error)}>
        <legend class="field-label">{words}</legend>
        {notes}
      </fieldset>
    );
  }
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {words}
      </label>
      {notes}
    </div>
  );
}

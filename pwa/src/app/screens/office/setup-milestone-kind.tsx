/** Of what kind a new milestone is, by which figures or form, and where. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { localized } from "../../i18n";
import { describedBy, Field } from "../../ui";
import { kindOf, MILESTONE_KINDS, ofKind, type Definition, type MilestoneKind, type Setup } from "./setup-data";
import { t } from "./setup-t";

interface KindProps {
  readonly definition: Definition;
  readonly setup: Setup;
  readonly change: (definition: Definition) => void;
  readonly wrong: string | null;
}

export function Kind(props: KindProps) {
  const { definition, setup, change } = props;
  const kind = kindOf(definition);
  const places = [
    ["campaign", t("setup.milestone.campaign")],
    ["each", t("setup.milestone.each")],
  ] as const;
  return (
    <>
      <Choice
        label={t("setup.milestone.type")}
        value={kind}
        options={MILESTONE_KINDS.map((each) => [each, t(`setup.type.${each}`)])}
        change={(each) => change(ofKind(each as MilestoneKind, definition, setup.indicators))}
      />
      <ByWhich key={kind} {...props} kind={kind} />
      {kind !== "date" && kind !== "deadline" && (
        <Choice
          label={t("setup.milestone.places")}
          value={definition.places ?? "campaign"}
          options={places}
          change={(each) => change({ ...definition, places: each as "campaign" | "each" })}
        />
      )}
    </>
  );
}

/** The figure, figures or form that decide it. */
function ByWhich({ definition, setup, change, wrong, kind }: KindProps & { kind: MilestoneKind }) {
  if (kind === "date") return null;
  if (kind === "deadline") {
    return (
      <Choice
        label={t("setup.milestone.form")}
        required
        none={t("setup.milestone.form.choose")}
        value={definition.form ?? ""}
        options={setup.forms.map(({ key, title }) => [key, `${key} · ${localized(title)}`])}
        error={wrong === "form" ? t("setup.milestone.form.missing") : undefined}
        change={(form) => change({ ...definition, form })}
      />
    );
  }
  const error = wrong === "indicator" ? t("setup.milestone.indicator.missing") : undefined;
  const may = setup.indicators.filter((one) => one.decides.includes(kind)).map((one) => [one.code, `${one.code} · ${localized(one.name)}`] as const);
  if (kind === "weeks") return <Several chosen={definition.indicators ?? []} options={may} error={error} change={(indicators) => change({ ...definition, indicators })} />;
  return (
    <Choice
      label={t("setup.milestone.indicator")}
      required
      none={t("setup.milestone.choose")}
      value={definition.indicator ?? ""}
      options={may}
      error={error}
      change={(indicator) => change({ ...definition, indicator })}
    />
  );
}

type Options = readonly (readonly [value: string, words: string])[];

interface SeveralProps {
  readonly chosen: readonly string[];
  readonly options: Options;
  readonly error: string | undefined;
  readonly change: (chosen: readonly string[]) => void;
}

function Several({ chosen, options, error, change }: SeveralProps) {
  const id = useId();
  const turn = (code: string): void => change(chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]);
  return (
    <Field id={id} group label={t("setup.milestone.indicators")} required error={error}>
      {options.map(([code, words]) => (
        <label key={code} class="choice">
          <input type="checkbox" checked={chosen.includes(code)} onChange={() => turn(code)} />
          <span>{words}</span>
        </label>
      ))}
    </Field>
  );
}

interface ChoiceProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly options: Options;
  /** What stands for no choice yet. */
  readonly none?: string;
  readonly required?: boolean;
  readonly error?: string | undefined;
  readonly change: (value: string) => void;
}

function Choice({ label, value, options, none, required = false, error, change }: ChoiceProps) {
  const id = useId();
  return (
    <Field id={id} label={label} required={required} error={error}>
      <select
        id={id}
        class="input"
        value={value}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, undefined, error)}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}

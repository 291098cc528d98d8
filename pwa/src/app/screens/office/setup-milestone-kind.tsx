/** Of what kind a new milestone is, by which figures or form, and where. */
import { useId } from "preact/hooks";
import { localized } from "../../i18n";
import { Field } from "../../ui";
import { ChoiceField, type Options } from "./choice-field";
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
      <ChoiceField
        label={t("setup.milestone.type")}
        value={kind}
        options={MILESTONE_KINDS.map((each) => [each, t(`setup.type.${each}`)])}
        change={(each) => change(ofKind(each as MilestoneKind, definition, setup.indicators))}
      />
      <ByWhich key={kind} {...props} kind={kind} />
      {kind !== "date" && kind !== "deadline" && (
        <ChoiceField
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
      <ChoiceField
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
    <ChoiceField
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

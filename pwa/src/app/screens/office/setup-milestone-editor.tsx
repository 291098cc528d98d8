/** One milestone's fields: its names, and the day or number by which it is reached. */
import { useId, useState } from "preact/hooks";
import { localized } from "../../i18n";
import { Button, describedBy, Field } from "../../ui";
import { readFigure, writeFigure } from "./figures";
import { NamesField } from "./names-field";
import { missing, numberOf, type Definition, type Setup } from "./setup-data";
import { t } from "./setup-t";

const NEW_TYPES = ["threshold", "date", "first"] as const;
type NewType = (typeof NEW_TYPES)[number];

interface EditorProps {
  readonly definition: Definition;
  readonly setup: Setup;
  readonly change: (definition: Definition) => void;
  readonly cancel: () => void;
  readonly look: () => void;
  /** A new one may still be of any kind. */
  readonly fresh?: boolean;
}

export function Editor({ definition, setup, change, cancel, look, fresh }: EditorProps) {
  const [asked, setAsked] = useState(false);
  const wrong = asked ? missing(definition) : null;
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!missing(definition)) look();
      }}
    >
      {fresh && <Kind definition={definition} setup={setup} change={change} wrong={wrong === "indicator"} />}
      <ByWhat key={definition.type} definition={definition} change={change} wrong={wrong} />
      <NamesField
        name={definition.name}
        error={wrong === "name" ? t("setup.milestone.name.missing") : undefined}
        change={(name) => change({ ...definition, name })}
      />
      <div class="pair">
        <Button kind="primary" type="submit" icon="check">
          {t("setup.review")}
        </Button>
        <Button onClick={cancel}>{t("app.cancel")}</Button>
      </div>
    </form>
  );
}

/** The kind of a new one, of which indicator and where. */
function Kind({ definition, setup, change, wrong }: Pick<EditorProps, "definition" | "setup" | "change"> & { wrong: boolean }) {
  const id = useId();
  const { type, name, places, indicator } = definition;
  const of = (kind: NewType): Definition => (kind === "date" ? { type: kind, name } : { type: kind, name, places: places ?? "campaign", ...(indicator ? { indicator } : {}) });
  const error = wrong ? t("setup.milestone.indicator.missing") : undefined;
  return (
    <>
      <Field id={`${id}-type`} label={t("setup.milestone.type")}>
        <select id={`${id}-type`} class="input" value={type} onChange={(event) => change(of(event.currentTarget.value as NewType))}>
          {NEW_TYPES.map((kind) => (
            <option key={kind} value={kind}>
              {t(`setup.type.${kind}`)}
            </option>
          ))}
        </select>
      </Field>
      {type !== "date" && (
        <>
          <Field id={`${id}-of`} label={t("setup.milestone.indicator")} required error={error}>
            <select
              id={`${id}-of`}
              class="input"
              value={indicator ?? ""}
              aria-invalid={error ? "true" : undefined}
              aria-describedby={describedBy(`${id}-of`, undefined, error)}
              onChange={(event) => change({ ...definition, indicator: event.currentTarget.value })}
            >
              <option value="">{t("setup.milestone.choose")}</option>
              {setup.indicators.filter((one) => one.goal).map((one) => (
                <option key={one.code} value={one.code}>
                  {`${one.code} · ${localized(one.name)}`}
                </option>
              ))}
            </select>
          </Field>
          <Field id={`${id}-places`} label={t("setup.milestone.places")}>
            <select
              id={`${id}-places`}
              class="input"
              value={places ?? "campaign"}
              onChange={(event) => change({ ...definition, places: event.currentTarget.value as "campaign" | "each" })}
            >
              <option value="campaign">{t("setup.milestone.campaign")}</option>
              <option value="each">{t("setup.milestone.each")}</option>
            </select>
          </Field>
        </>
      )}
    </>
  );
}

/** The day, or the number, by which it is reached. */
function ByWhat({ definition, change, wrong }: Pick<EditorProps, "definition" | "change"> & { wrong: string | null }) {
  const id = useId();
  const member = numberOf(definition);
  const [typed, setTyped] = useState("");
  if (definition.type === "date") {
    const error = wrong === "on" ? t("setup.milestone.on.missing") : undefined;
    return (
      <Field id={id} label={t("setup.milestone.day")} required error={error}>
        <input
          id={id}
          class="input"
          type="date"
          value={definition.on ?? ""}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={describedBy(id, undefined, error)}
          onInput={(event) => change({ ...definition, on: event.currentTarget.value })}
        />
      </Field>
    );
  }
  if (!member) return null;
  const number = definition[member];
  const figure = readFigure(typed);
  const read = figure.ok ? (figure.value ?? undefined) : undefined;
  // What is typed shows as it is typed, unless the number came from elsewhere.
  const text = read === number ? typed : writeFigure(number ?? null);
  const error = wrong === "number" || (text === typed && !figure.ok) ? t("setup.milestone.number.missing") : undefined;
  return (
    <Field id={id} label={t(`setup.number.${member}`)} required error={error}>
      <input
        id={id}
        class="input figure"
        inputMode="numeric"
        autocomplete="off"
        value={text}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, undefined, error)}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          const next = readFigure(event.currentTarget.value);
          const { [member]: _, ...others } = definition;
          // What can't be read is no number: the field says so, and so does looking at it.
          change(next.ok && next.value !== null ? { ...others, [member]: next.value } : others);
        }}
      />
    </Field>
  );
}

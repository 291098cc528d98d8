/** One milestone's fields: its names, and the day or number by which it is reached. */
import { useId, useState } from "preact/hooks";
import { Button, describedBy, Field } from "../../ui";
import { readFigure, writeFigure } from "./figures";
import { NamesField } from "./names-field";
import { kindOf, leastOf, missing, numberOf, type Definition, type Setup } from "./setup-data";
import { Kind } from "./setup-milestone-kind";
import { t } from "./setup-t";

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
      {fresh && <Kind definition={definition} setup={setup} change={change} wrong={wrong} />}
      <ByWhat key={kindOf(definition)} definition={definition} change={change} wrong={wrong} />
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
  const error = wrong === "number" || (text === typed && !figure.ok) ? t("setup.milestone.number.missing", { least: leastOf(member) }) : undefined;
  return (
    <Field id={id} label={t(definition.type === "deadline" ? "setup.number.deadline" : `setup.number.${member}`)} required error={error}>
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

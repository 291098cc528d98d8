/** One thing to be done to places: its fields, and the way to see what it will change. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { localized } from "../../i18n";
import { Button, describedBy, Field } from "../../ui";
import { ChoiceField } from "./choice-field";
import { NamesField } from "./names-field";
import { KINDS, missing, rowsOf, type Doing, type Missing, type PlaceKind, type PlaceLine } from "./setup-places-data";
import { t } from "./setup-places-t";

interface FormProps {
  readonly doing: Doing;
  /** Those that the office may change, on this day. */
  readonly places: readonly PlaceLine[];
  readonly today: string;
  readonly busy: boolean;
  readonly change: (doing: Doing) => void;
  readonly cancel: () => void;
  readonly look: () => void;
}

type Part = Pick<FormProps, "doing" | "change" | "places" | "today"> & { readonly wrong: Missing | null };

const LONGEST_NAME = 120;
const LONGEST_CODE = 16;
const LONGEST_LAW = 200;

export function PlaceForm({ doing, places, today, busy, change, cancel, look }: FormProps) {
  const [asked, setAsked] = useState(false);
  const heading = useId();
  const wrong = asked ? missing(doing) : null;
  const part: Part = { doing, change, places, today, wrong };
  const place = localized(places.find((one) => one.key === doing.place)?.name);
  const isNew = doing.do === "add" || (doing.do === "merge" && !doing.into);
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>{t(`places.${doing.do}.title`, { place })}</h2>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (!missing(doing)) look();
        }}
      >
        {doing.do === "merge" && <p class="small soft">{t("places.merge.text")}</p>}
        {doing.do === "end" && <p class="small soft">{t("places.end.text")}</p>}
        {doing.do === "merge" && <Merged {...part} />}
        {doing.do === "add" && <Choice {...part} member="parent" label={t("places.field.parent")} none={t("places.field.choose")} error={wrong === "parent" ? t("places.missing.parent") : undefined} />}
        {doing.do === "merge" && <Choice {...part} member="into" label={t("places.field.into")} none={t("places.field.into.new")} but={doing.places} />}
        {(isNew || doing.do === "rename") && (
          <NamesField
            name={doing.name}
            longest={LONGEST_NAME}
            error={wrong === "name" ? t("places.missing.name") : undefined}
            change={(name) => change({ ...doing, name })}
          />
        )}
        {isNew && <Kind {...part} />}
        {(isNew || doing.do === "rename") && (
          <Text {...part} member="code" label={t("places.field.code")} hint={t("places.field.code.hint")} longest={LONGEST_CODE} />
        )}
        <Day {...part} />
        {doing.do === "merge" && <Text {...part} member="law" label={t("places.field.law")} hint={t("places.field.law.hint")} longest={LONGEST_LAW} />}
        <div class="pair">
          <Button kind="primary" type="submit" icon="check" busy={busy}>
            {t("setup.review")}
          </Button>
          <Button onClick={cancel}>{t("app.cancel")}</Button>
        </div>
      </form>
    </section>
  );
}

const DAYS = { add: "places.field.from", rename: "places.field.on.rename", end: "places.field.on", merge: "places.field.on.merge" } as const;

function Day({ doing, change, wrong }: Part) {
  const id = useId();
  const error = wrong === "on" ? t("places.missing.on") : undefined;
  const hint = doing.do === "rename" ? t("places.field.on.rename.hint") : undefined;
  return (
    <Field id={id} label={t(DAYS[doing.do])} required={doing.do !== "rename"} hint={hint} error={error}>
      <input
        id={id}
        class="input"
        type="date"
        value={doing.on}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, hint, error)}
        onInput={(event) => change({ ...doing, on: event.currentTarget.value })}
      />
    </Field>
  );
}

function Text({ doing, change, member, label, hint, longest }: Part & { member: "code" | "law"; label: string; hint: ComponentChildren; longest: number }) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint}>
      <input
        id={id}
        class="input"
        autocomplete="off"
        maxLength={longest}
        value={doing[member]}
        aria-describedby={describedBy(id, hint)}
        onInput={(event) => change({ ...doing, [member]: event.currentTarget.value })}
      />
    </Field>
  );
}

function Kind({ doing, change }: Part) {
  const kinds = KINDS.map((kind) => [kind, t(`places.kind.${kind}`)] as const);
  return <ChoiceField label={t("places.field.kind")} value={doing.kind} options={kinds} change={(kind) => change({ ...doing, kind: kind as PlaceKind })} />;
}

interface ChoiceProps extends Part {
  readonly member: "parent" | "into";
  readonly label: string;
  readonly none: string;
  readonly but?: readonly string[];
  readonly error?: string | undefined;
}

/** A place from the tree. */
function Choice({ doing, change, places, today, member, label, none, but, error }: ChoiceProps) {
  const rows = rowsOf(places, { text: "", today, all: false }).filter(({ place }) => !but?.includes(place.key));
  return (
    <ChoiceField
      label={label}
      required={member === "parent"}
      none={none}
      value={doing[member]}
      options={rows.map(({ place }) => [place.key, localized(place.name)])}
      error={error}
      change={(key) => change({ ...doing, [member]: key })}
    />
  );
}

/** The places that are merged: looked for by name, chosen one by one. */
function Merged({ doing, change, places, today, wrong }: Part) {
  const id = useId();
  const [text, setText] = useState("");
  const error = wrong === "places" ? t("places.missing.places") : undefined;
  const chosen = places.filter((place) => doing.places.includes(place.key));
  const turn = (key: string): void =>
    change({ ...doing, places: doing.places.includes(key) ? doing.places.filter((one) => one !== key) : [...doing.places, key] });
  return (
    <Field id={id} group label={t("places.field.from-which")} required error={error}>
      <p class="small" aria-live="polite">
        {chosen.length > 0 && t("places.chosen", { places: chosen.map((place) => localized(place.name)).join(", ") })}
      </p>
      <input class="input" type="search" aria-label={t("places.search")} placeholder={t("places.search.hint")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      <div class="stack places-merged" data-gap="small">
        {rowsOf(places, { text, today, all: false })
          .filter(({ place }) => place.mine && place.key !== doing.into)
          .map(({ place }) => (
            <label key={place.key} class="choice">
              <input type="checkbox" checked={doing.places.includes(place.key)} onChange={() => turn(place.key)} />
              <span>{localized(place.name)}</span>
            </label>
          ))}
      </div>
    </Field>
  );
}

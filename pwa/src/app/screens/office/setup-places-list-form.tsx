/** A list of places, pasted or from a CSV file: what can't be understood is said with its row and column. */
import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import { localized } from "../../i18n";
import { Banner, Button, describedBy, Field } from "../../ui";
import { rowsOf, type PlaceLine, type SetupPlaces } from "./setup-places-data";
import { MOST_TEXT, readList, type Fault, type Read } from "./setup-places-list";
import { t } from "./setup-places-t";

/** What is pasted and not saved yet, by campaign: leaving the screen doesn't lose it. */
const pasted = signal<Readonly<Record<number, string | undefined>>>({});

export function forgetList(campaign: number): void {
  pasted.value = { ...pasted.value, [campaign]: undefined };
}

interface ListFormProps {
  readonly campaign: number;
  readonly found: SetupPlaces;
  /** Where new places may lie. */
  readonly places: readonly PlaceLine[];
  /** Where they lie unless it is said otherwise. */
  readonly parent: string;
  readonly busy: boolean;
  readonly cancel: () => void;
  readonly look: (read: Read) => void;
}

/** So many faults are said at once. */
const MOST_SAID = 30;
const WORDS = { name: "places.list.name", kind: "places.list.kind", parent: "places.list.parent.unknown", long: "places.list.long", twice: "places.list.twice" } as const;

function Faults({ faults }: { faults: readonly Fault[] }) {
  return (
    <Banner tone="problem" live title={t("places.list.faults", { count: faults.length })}>
      <ul class="entries">
        {faults.slice(0, MOST_SAID).map((fault) => (
          <li key={`${fault.row} ${fault.column}`}>{t("places.list.fault", { row: fault.row, column: fault.column, why: t(WORDS[fault.why]) })}</li>
        ))}
      </ul>
    </Banner>
  );
}

export function ListForm({ campaign, found, places, parent, busy, cancel, look }: ListFormProps) {
  const id = useId();
  const [under, setUnder] = useState(parent);
  const [on, setOn] = useState(found.today);
  const [asked, setAsked] = useState(false);
  const text = pasted.value[campaign] ?? "";
  const read = readList(text, { places: found.places, today: found.today, parent: under, on });
  const paste = (next: string): void => {
    pasted.value = { ...pasted.value, [campaign]: next };
  };
  const open = async (file: File | undefined): Promise<void> => {
    // What is larger is refused by its length, and needn't be read for that.
    if (file) paste(file.size > MOST_TEXT * 4 ? " ".repeat(MOST_TEXT + 1) : await file.text());
  };
  const error = asked && read.refused ? t(`places.list.refused.${read.refused}`) : undefined;
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t("places.list.title")}</h2>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (!read.refused && !read.faults.length) look(read);
        }}
      >
        <p class="small soft">{t("places.list.text")}</p>
        <Field id={`${id}-text`} label={t("places.list.paste")} required error={error}>
          <textarea
            id={`${id}-text`}
            class="input"
            rows={6}
            value={text}
            aria-invalid={error ? "true" : undefined}
            aria-describedby={describedBy(`${id}-text`, undefined, error)}
            onInput={(event) => paste(event.currentTarget.value)}
          />
        </Field>
        <Field id={`${id}-file`} label={t("places.list.file")}>
          <input id={`${id}-file`} class="input" type="file" accept=".csv,.tsv,.txt,text/csv" onChange={(event) => void open(event.currentTarget.files?.[0])} />
        </Field>
        <Field id={`${id}-parent`} label={t("places.list.parent")}>
          <select id={`${id}-parent`} class="input" value={under} onChange={(event) => setUnder(event.currentTarget.value)}>
            {rowsOf(places, { text: "", today: found.today, all: false }).map(({ place }) => (
              <option key={place.key} value={place.key}>
                {localized(place.name)}
              </option>
            ))}
          </select>
        </Field>
        <Field id={`${id}-on`} label={t("places.list.on")} required>
          <input id={`${id}-on`} class="input" type="date" max={found.today} value={on} onInput={(event) => setOn(event.currentTarget.value || found.today)} />
        </Field>
        {!read.refused && <p aria-live="polite">{t("places.list.found", { count: read.changes.length, same: read.same })}</p>}
        {read.faults.length > 0 && <Faults faults={read.faults} />}
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

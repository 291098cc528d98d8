/** A list of places, from a file or pasted: what can't be understood is said with its row and column. */
import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import { localized } from "../../i18n";
import { here } from "../../session";
import { Banner, Button, Field } from "../../ui";
import { ChoiceField } from "./choice-field";
import { readList, sayList } from "./list-reading";
import { ListOrigin, ListSource } from "./list-source";
import { rowsOf, type PlaceLine, type SetupPlaces } from "./setup-places-data";
import { meantBy, type Fault, type ListedPlace, type Meant, type PlaceList } from "./setup-places-list";
import { t } from "./setup-places-t";

interface Kept {
  /** Typed or pasted; it is kept also when it is read, so that it can be put right there. */
  readonly pasted: string;
  /** What was read; null: nothing yet. */
  readonly list: PlaceList | null;
  /** The file that it was read from; null: it was pasted. */
  readonly file: string | null;
}

const EMPTY: Kept = { pasted: "", list: null, file: null };

/** What is pasted or read and not saved yet, by campaign: leaving the screen doesn't lose it. */
const kept = signal<Readonly<Record<number, Kept | undefined>>>({});

function keep(campaign: number, over: Partial<Kept>): void {
  kept.value = { ...kept.value, [campaign]: { ...(kept.value[campaign] ?? EMPTY), ...over } };
}

export function forgetList(campaign: number): void {
  kept.value = { ...kept.value, [campaign]: undefined };
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
  readonly look: (meant: Meant) => void;
}

export function ListForm(props: ListFormProps) {
  const id = useId();
  const { list, file } = kept.value[props.campaign] ?? EMPTY;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{t("places.list.title")}</h2>
      {list ? <ReadForm {...props} list={list} file={file} /> : <Reading {...props} />}
    </section>
  );
}

function Reading({ campaign, cancel }: ListFormProps) {
  const [reading, setReading] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const read = async (list: Blob, file: string | null): Promise<void> => {
    setReading(true);
    setTrouble(null);
    try {
      const { device } = here().profile;
      keep(campaign, { list: await readList<ListedPlace>(`/api/campaigns/${campaign}/setup/places/list/read`, { list, file, device }), file });
    } catch (error) {
      setTrouble(sayList(error, (code) => t(`places.list.refused.${code}`)));
    }
    setReading(false);
  };
  return (
    <div class="stack">
      <p class="small soft">{t("places.list.text")}</p>
      {trouble && <Banner tone="problem" live title={trouble} />}
      <ListSource pasted={kept.value[campaign]?.pasted ?? ""} paste={(pasted) => keep(campaign, { pasted })} read={read} reading={reading}>
        <Button onClick={cancel}>{t("app.cancel")}</Button>
      </ListSource>
    </div>
  );
}

/** So many faults are said at once. */
const MOST_SAID = 30;
const WORDS = { name: "places.list.name", kind: "places.list.kind", parent: "places.list.parent.unknown", long: "places.list.long", twice: "places.list.twice" } as const;

function Faults({ faults }: { faults: readonly Fault[] }) {
  return (
    <Banner tone="problem" live title={t("places.list.faults", { count: faults.length })}>
      <p>{t("places.list.faults.text")}</p>
      <ul class="entries">
        {faults.slice(0, MOST_SAID).map((fault) => (
          <li key={`${fault.row} ${fault.column}`}>{t("places.list.fault", { row: fault.row, column: fault.column, why: t(WORDS[fault.why]) })}</li>
        ))}
      </ul>
    </Banner>
  );
}

interface ReadFormProps extends ListFormProps {
  readonly list: PlaceList;
  readonly file: string | null;
}

function ReadForm({ campaign, found, places, parent, busy, cancel, look, list, file }: ReadFormProps) {
  const id = useId();
  const [under, setUnder] = useState(parent);
  const [on, setOn] = useState(found.today);
  const meant = meantBy(list, { places: found.places, today: found.today, parent: under, on });
  const wrong = meant.faults.length > 0;
  const count = list.rows.length;
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) keep(campaign, { list: null });
        else look(meant);
      }}
    >
      <ListOrigin words={file === null ? t("places.list.from.paste", { count }) : t("places.list.from.file", { name: file, count })} leftOut={list.left_out} />
      <ChoiceField
        label={t("places.list.parent")}
        value={under}
        options={rowsOf(places, { text: "", today: found.today, all: false }).map(({ place }) => [place.key, localized(place.name)])}
        change={setUnder}
      />
      <Field id={`${id}-on`} label={t("places.list.on")} required>
        <input id={`${id}-on`} class="input" type="date" max={found.today} value={on} onInput={(event) => setOn(event.currentTarget.value || found.today)} />
      </Field>
      <p role="status">{t("places.list.found", { count: meant.changes.length, same: meant.same })}</p>
      {wrong && <Faults faults={meant.faults} />}
      <div class="pair">
        <Button kind="primary" type="submit" icon={wrong ? "list" : "check"} busy={busy}>
          {t(wrong ? "places.list.again" : "setup.review")}
        </Button>
        <Button onClick={cancel}>{t("app.cancel")}</Button>
      </div>
      {!wrong && (
        <Button kind="quiet" onClick={() => keep(campaign, { list: null })}>
          {t("places.list.again")}
        </Button>
      )}
    </form>
  );
}

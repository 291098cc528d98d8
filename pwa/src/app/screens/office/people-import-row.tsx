/** One row of a list of people: as it will be added, or with its fields to be mended and its question to be answered. */
import { useId } from "preact/hooks";
import { LANGUAGES } from "../../../shared/language";
import type { PlaceDocument } from "../../../shared/protocol";
import { LANGUAGE_NAMES, localized } from "../../i18n";
import { here } from "../../session";
import { Button, describedBy, Field, Icon } from "../../ui";
import { inTreeOrder, isRole, mayGive } from "./people-data";
import { alike, faultOf, type FieldName, type Line, type Row, type Same } from "./people-import-data";
import { t } from "./people-import-t";
import type { Importing } from "./use-people-import";

export interface RowProps {
  readonly row: Row;
  readonly importing: Importing;
  readonly places: readonly PlaceDocument[];
}

export function roleName(role: string | null): string {
  return role && isRole(role) ? t(`role.${role}`) : (role ?? "");
}

export function placeName(places: readonly PlaceDocument[], id: number | null): string {
  return localized(places.find((place) => place.id === id)?.name);
}

const FAULTS = ["name-missing", "name-long", "name-unread", "role-missing", "role-unknown", "role-not-yours", "place-missing", "place-unknown", "place-ambiguous", "language-unknown"] as const;

function faultWords(row: Row, line: Line | undefined, field: FieldName): string | undefined {
  const fault = faultOf(line, field);
  if (!fault) return undefined;
  const known = FAULTS.find((code) => code === fault.code);
  return known ? t(`import.fault.${known}`, { found: row[field] }) : t("import.fault.other");
}

/** A field as it is called here, and in the file where that calls it otherwise. */
function label(importing: Importing, field: FieldName): string {
  const name = t(`people.${field}`);
  const heading = importing.kept.headings[field];
  return heading && heading.toLowerCase() !== name.toLowerCase() ? t("import.column", { field: name, heading }) : name;
}

/** What the row will add, in one line. */
export function RowLine({ row, importing, places, edit }: RowProps & { edit?: () => void }) {
  const line = importing.known(row);
  const told = [roleName(line?.role ?? null), placeName(places, line?.place ?? null), LANGUAGE_NAMES[LANGUAGES.find((one) => one === line?.language) ?? "vi"]];
  return (
    <li class="import-line" data-line={row.line}>
      <span>
        <strong>{line?.name || row.name}</strong>
        <span class="small soft">
          <br />
          {told.filter(Boolean).join(" · ")}
          {line && line.outcome !== "new" && <> · {why(line)}</>}
        </span>
      </span>
      {edit && (
        <Button kind="quiet" label={`${t("import.edit")}: ${t("import.line", { line: row.line })}, ${row.name}`} onClick={edit}>
          {t("import.edit")}
        </Button>
      )}
    </li>
  );
}

function why({ outcome, others }: Line): string {
  if (outcome === "twice") return t("import.twice", { line: others[0]?.line ?? "" });
  return t(outcome === "left" ? "import.left" : "import.known");
}

export function RowCard({ row, importing, places }: RowProps) {
  const line = importing.known(row);
  const { change, leaveOut } = importing;
  const title = t("import.line", { line: row.line });
  return (
    <li class="card import-row" data-line={row.line} aria-label={title}>
      <div class="import-row-head">
        <strong>{title}</strong>
        {importing.lines.get(row)?.outcome === "new" && (
          <span class="chip" data-tone="water">
            <Icon name="check" />
            {t("import.ok")}
          </span>
        )}
        {!importing.lines.has(row) && <span class="small soft">{t("import.checking")}</span>}
      </div>
      <div class="import-fields">
        <NameField row={row} importing={importing} />
        <Choice row={row} importing={importing} field="role" value={isRole(row.role) ? row.role : (line?.role ?? "")} choose={(role) => change(row, { role })}>
          {mayGive(here().profile).map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </Choice>
        <Choice row={row} importing={importing} field="place" value={String(row.place_id ?? line?.place ?? "")} choose={(id) => change(row, { place_id: Number(id) })}>
          <Places places={places} likely={faultOf(line, "place")?.candidates ?? []} />
        </Choice>
        <Choice row={row} importing={importing} field="language" value={faultOf(line, "language") ? "" : (line?.language ?? row.language)} choose={(spoken) => change(row, { language: spoken })}>
          {LANGUAGES.map((spoken) => (
            <option key={spoken} value={spoken} lang={spoken}>
              {LANGUAGE_NAMES[spoken]}
            </option>
          ))}
        </Choice>
      </div>
      {line && line.others.length > 0 && (line.outcome === "namesake" || row.namesake) && <Namesake row={row} others={line.others} importing={importing} places={places} />}
      <div class="row">
        <Button kind="quiet" label={`${t("import.remove")}: ${row.line}, ${row.name}`} onClick={() => leaveOut(row)}>
          {t("import.remove")}
        </Button>
      </div>
    </li>
  );
}

function NameField({ row, importing }: { row: Row; importing: Importing }) {
  const id = useId();
  const wrong = faultWords(row, importing.known(row), "name");
  return (
    <Field id={id} label={label(importing, "name")} error={wrong}>
      <input
        id={id}
        class="input"
        autocomplete="off"
        maxLength={200}
        value={row.name}
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={describedBy(id, undefined, wrong)}
        onInput={(event) => importing.change(row, { name: event.currentTarget.value })}
      />
    </Field>
  );
}

interface ChoiceProps {
  readonly row: Row;
  readonly importing: Importing;
  readonly field: "role" | "place" | "language";
  readonly value: string;
  readonly choose: (value: string) => void;
  readonly children: preact.ComponentChildren;
}

function Choice({ row, importing, field, value, choose, children }: ChoiceProps) {
  const id = useId();
  const { kept, lines } = importing;
  const wrong = faultWords(row, importing.known(row), field);
  const others = field === "language" ? 0 : alike(kept.rows, lines, row, field).length;
  const hint = others ? t("import.alike", { count: others + 1 }) : undefined;
  return (
    <Field id={id} label={label(importing, field)} hint={hint} error={wrong}>
      <select
        id={id}
        class="input"
        value={value}
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={describedBy(id, hint, wrong)}
        onChange={(event) => event.currentTarget.value && choose(event.currentTarget.value)}
      >
        <option value="" />
        {children}
      </select>
    </Field>
  );
}

/** Places to choose from; those that may be meant come first. */
export function Places({ places, likely = [] }: { places: readonly PlaceDocument[]; likely?: readonly number[] }) {
  const options = (some: readonly PlaceDocument[]) =>
    some.map((place) => (
      <option key={place.id} value={place.id}>
        {localized(place.name)}
      </option>
    ));
  const ordered = inTreeOrder(places, (place) => localized(place.name));
  const near = likely.flatMap((id) => places.filter((place) => place.id === id));
  if (near.length === 0) return <>{options(ordered)}</>;
  return (
    <>
      <optgroup label={t("import.likely")}>{options(near)}</optgroup>
      <optgroup label={t("import.others")}>{options(ordered.filter((place) => !near.includes(place)))}</optgroup>
    </>
  );
}

function Namesake({ row, others, importing, places }: { row: Row; others: readonly Same[]; importing: Importing; places: readonly PlaceDocument[] }) {
  const id = useId();
  return (
    <Field id={id} label={t("import.namesake")} hint={t("import.namesake.text")} group>
      <ul class="import-others">
        {others.map((one) => {
          const said = { name: one.name, role: roleName(one.role), place: placeName(places, one.place), line: one.line ?? "" };
          return <li key={`${one.person} ${one.line} ${one.role} ${one.place}`}>{t(one.line === null ? "import.namesake.person" : "import.namesake.line", said)}</li>;
        })}
      </ul>
      {(["other", "same"] as const).map((answer) => (
        <label key={answer} class="choice">
          <input type="radio" name={id} checked={row.namesake === answer} onChange={() => importing.change(row, { namesake: answer })} />
          <span>{t(`import.namesake.${answer}`)}</span>
        </label>
      ))}
    </Field>
  );
}

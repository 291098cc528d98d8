/** People added from a list of the office: what each row will do is shown, mended where it is wrong, and only then done. */
import { useId, useMemo, useState } from "preact/hooks";
import type { PlaceDocument } from "../../../shared/protocol";
import { isThere, placesOf } from "../../data/places";
import { useLive } from "../../live";
import { here } from "../../session";
import { Banner, Button, Dialog, Field, GrowingList, Icon, LinkButton, List, Page } from "../../ui";
import { ListOrigin } from "./list-source";
import { mayGive } from "./people-data";
import { groupOf, toAdd, type Group, type Row } from "./people-import-data";
import { Places, RowCard, RowLine, type RowProps } from "./people-import-row";
import { Source } from "./people-import-source";
import { t } from "./people-import-t";
import { useImporting, type Importing } from "./use-people-import";
import "./office.css";
import "./people-import.css";

/** Places that are there today, whose people are mine to add. */
function usePlaces(): readonly PlaceDocument[] {
  const { profile, store } = here();
  const places = useLive((kept) => kept.documents("place"), [], ["documents"]);
  return useMemo(() => {
    const today = store.today();
    const mine = placesOf(profile, "people", places ?? [], today);
    return (places ?? []).filter((place) => mine.has(place.id) && isThere(place, today));
  }, [places]);
}

/** Rows by where they stand. One that somebody works on stays where it is until then, whatever it turns into. */
function useGroups({ kept, lines }: Importing) {
  const [opened, setOpened] = useState<ReadonlyMap<number, Group>>(new Map());
  const standing = (row: Row): Group => opened.get(row.line) ?? groupOf(lines.get(row));
  const of = (group: Group): readonly Row[] => kept.rows.filter((row) => standing(row) === group);
  return {
    of,
    isOpen: (row: Row) => opened.has(row.line) || standing(row) === "asking",
    open: (row: Row) => setOpened(new Map(opened).set(row.line, standing(row))),
  };
}

function Added({ importing }: { importing: Importing }) {
  const { kept, added, working } = importing;
  if (kept.added.length === 0 || working) return null;
  const title = added === 0 ? t("import.added.none") : t("import.added", { count: added ?? kept.added.length });
  return (
    <Banner tone="good" live title={title}>
      {kept.rows.length > 0 && <p>{t("import.added.left", { count: kept.rows.length })}</p>}
      <div class="row">
        <LinkButton kind="primary" icon="code" href="#/people/cards/imported">
          {t("import.cards")}
        </LinkButton>
        <LinkButton href="#/people">{t("import.people")}</LinkButton>
      </div>
    </Banner>
  );
}

/** What is the same for every row that doesn't say it: lists of one commune's volunteers have neither column. */
function ForAll({ importing, places }: { importing: Importing; places: readonly PlaceDocument[] }) {
  const id = useId();
  const { kept, fill } = importing;
  const role = kept.rows.some((row) => !row.role);
  const place = kept.rows.some((row) => !row.place && !row.place_id);
  if (!role && !place) return null;
  return (
    <div class="import-fields">
      {role && (
        <Field id={`${id}-role`} label={t("import.all.role")}>
          <select id={`${id}-role`} class="input" value="" onChange={(event) => event.currentTarget.value && fill("role", { role: event.currentTarget.value })}>
            <option value="">{t("import.all.choose")}</option>
            {mayGive(here().profile).map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      )}
      {place && (
        <Field id={`${id}-place`} label={t("import.all.place")}>
          <select id={`${id}-place`} class="input" value="" onChange={(event) => event.currentTarget.value && fill("place", { place_id: Number(event.currentTarget.value) })}>
            <option value="">{t("import.all.choose")}</option>
            <Places places={places} />
          </select>
        </Field>
      )}
    </div>
  );
}

function Rows({ importing, places }: { importing: Importing; places: readonly PlaceDocument[] }) {
  const groups = useGroups(importing);
  const watching: Importing = {
    ...importing,
    change: (row, over) => {
      groups.open(row);
      importing.change(row, over);
    },
  };
  const given = (row: Row): RowProps & { key: number } => ({ key: row.line, row, importing: watching, places });
  const line = (row: Row) => (groups.isOpen(row) ? <RowCard {...given(row)} /> : <RowLine {...given(row)} edit={() => groups.open(row)} />);
  const [asking, fresh, nothing] = (["asking", "new", "nothing"] as const).map(groups.of) as [readonly Row[], readonly Row[], readonly Row[]];
  return (
    <>
      {asking.length > 0 && (
        <section class="stack" aria-label={t("import.asking")}>
          <h2>{t("import.asking")}</h2>
          <ForAll importing={importing} places={places} />
          <GrowingList label={t("import.asking")} items={asking} row={line} more={t("import.more")} />
        </section>
      )}
      {fresh.length > 0 && (
        <section class="stack" aria-label={t("import.new")}>
          <h2>{t("import.new")}</h2>
          <GrowingList label={t("import.new")} items={fresh} row={line} more={t("import.more")} />
        </section>
      )}
      {nothing.length > 0 && (
        <details>
          <summary>{t("import.nothing", { count: nothing.length })}</summary>
          <List label={t("import.nothing", { count: nothing.length })}>{nothing.map(line)}</List>
        </details>
      )}
    </>
  );
}

/** What adding does, and the way to do it. */
function Summary({ importing }: { importing: Importing }) {
  const { kept, lines, working, trouble, add, check } = importing;
  const [dropping, setDropping] = useState(false);
  const ready = toAdd(kept.rows, lines);
  const count = (group: Group) => kept.rows.filter((row) => groupOf(lines.get(row)) === group).length;
  const [asking, nothing] = [count("asking"), count("nothing")];
  return (
    <section class="card stack import-summary" aria-label={t("import.title")}>
      {trouble && (
        <Banner tone="problem" live title={trouble}>
          <p>{t("import.kept")}</p>
        </Banner>
      )}
      <div role="status">
        <p>
          <strong>{ready === null ? t("import.checking") : ready.length ? t("import.will", { count: ready.length }) : t("import.will.none")}</strong>
        </p>
        {ready && asking > 0 && (
          <p class="with-icon small">
            <Icon name="alert" />
            <span>{t("import.will.asking", { count: asking })}</span>
          </p>
        )}
        {ready && nothing > 0 && <p class="small soft">{t("import.will.nothing", { count: nothing })}</p>}
      </div>
      <div class="row">
        {ready && ready.length > 0 && (
          <Button kind="primary" icon="plus" busy={working !== null} onClick={add}>
            {working === "adding" ? t("import.adding") : t("import.add", { count: ready.length })}
          </Button>
        )}
        {ready === null && trouble && (
          <Button icon="sync" onClick={check}>
            {t("import.again")}
          </Button>
        )}
        <Button kind="quiet" onClick={() => setDropping(true)}>
          {t("import.drop")}
        </Button>
      </div>
      <Drop importing={importing} open={dropping} close={() => setDropping(false)} />
    </section>
  );
}

function Drop({ importing: { kept, drop }, open, close }: { importing: Importing; open: boolean; close: () => void }) {
  return (
    <Dialog
      open={open}
      title={t("import.drop.title")}
      onClose={close}
      actions={
        <>
          <Button kind="danger" onClick={drop}>
            {t("import.drop")}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      <p>{t("import.drop.text", { count: kept.rows.length })}</p>
    </Dialog>
  );
}

export default function PeopleImport() {
  const importing = useImporting();
  const places = usePlaces();
  const { kept, trouble } = importing;
  const begun = kept.rows.length > 0;
  return (
    <Page title={t("import.title")} back="people" width="wide" lead={<p class="soft">{t("import.lead")}</p>}>
      <Added importing={importing} />
      {!begun && trouble && <Banner tone="problem" live title={trouble} />}
      {!begun && <Source importing={importing} />}
      {begun && (
        <>
          <ListOrigin
            words={kept.file === null ? t("import.from.paste", { count: kept.rows.length }) : t("import.from.file", { name: kept.file, count: kept.rows.length })}
            leftOut={kept.left_out}
          />
          <Summary importing={importing} />
          <Rows importing={importing} places={places} />
        </>
      )}
    </Page>
  );
}

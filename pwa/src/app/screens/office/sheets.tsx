/** Enrolment cards on paper: choose people, have a link made for each, print. What is made is only on this page. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { ProblemError } from "../../../shared/problem";
import { translator } from "../../i18n";
import { localized } from "../../i18n";
import { common, fetchWords } from "../../i18n/common";
import { sheets } from "../../i18n/sheets";
import { explain } from "../../problems";
import { here } from "../../session";
import type { Parameters } from "../../router";
import { Banner, Button, EmptyState, Field, Page } from "../../ui";
import { Card } from "./card";
import type { PersonRow } from "./people-data";
import { draft } from "./people-import-kept";
import { roleLine } from "./roles";
import { candidates, cardsOf, hasPhone, languageOf, MOST, pagesOf, refusedOf, type CardOf, type LinkOf } from "./sheets-data";
import "./sheets.css";
import { usePeople } from "./use-people";

const t = translator(common, sheets);
const placeOf = (person: PersonRow): string => localized(person.roles[0]?.place.name);

/** Links for these people, with the words of the languages that their cards are in. */
async function made(people: readonly PersonRow[]): Promise<CardOf[]> {
  await Promise.all(people.map((person) => fetchWords(languageOf(person))));
  const body = { people: people.map((person) => person.id) };
  const links = await api<LinkOf[]>("POST", "/api/people/enrolments", body, here().profile.device);
  return cardsOf(links, people, placeOf);
}

export default function Sheets({ parameters }: { parameters: Parameters }) {
  // Those who came with the list that was added last.
  const only = parameters["whom"] === "imported" ? new Set(draft().added) : undefined;
  const { people, trouble, look } = usePeople();
  const [cards, setCards] = useState<readonly CardOf[] | null>(null);
  const [given, setGiven] = useState<ReadonlySet<number>>(new Set());
  const done = (fresh: readonly CardOf[]): void => {
    setCards(fresh);
    setGiven(new Set([...given, ...fresh.map(({ person }) => person.id)]));
  };
  const left = candidates(people ?? [], given, only).without.length;
  return (
    <Page title={t("sheets.title")} back="people" width="wide" lead={<p class="soft">{t("sheets.lead")}</p>}>
      {trouble && (
        <Banner tone="attention" icon="offline" live title={trouble}>
          <Button icon="sync" onClick={look}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {!people && !trouble && <p class="soft">{t("app.loading")}</p>}
      {people && !cards && <Choice people={people} given={given} only={only} look={look} done={done} />}
      {cards && <Made cards={cards} left={left} more={() => setCards(null)} />}
    </Page>
  );
}

interface ChoiceProps {
  readonly people: readonly PersonRow[];
  /** Those who got a card on this page. */
  readonly given: ReadonlySet<number>;
  /** Those who are chosen to begin with; undefined: whoever has no phone. */
  readonly only: ReadonlySet<number> | undefined;
  readonly look: () => Promise<void>;
  readonly done: (cards: readonly CardOf[]) => void;
}

/** Why no card was made, and who is chosen after that. */
async function refusal(error: unknown, people: readonly PersonRow[], look: () => Promise<void>): Promise<{ words: string; refused: ReadonlySet<number> }> {
  const refused = new Set(refusedOf(error));
  // Whom I look after has changed since the list was loaded.
  if (error instanceof ProblemError && (error.status === 403 || error.status === 404)) await look();
  const names = people.filter(({ id }) => refused.has(id)).map(({ name }) => name);
  return { refused, words: names.length > 0 ? t("sheets.refused", { names: names.join(", ") }) : explain(error) };
}

function Choice({ people, given, only, look, done }: ChoiceProps) {
  const { all, without, first } = candidates(people, given);
  const [picked, setChosen] = useState<ReadonlySet<number>>(() => new Set(candidates(people, given, only).first));
  const chosen = new Set(all.map(({ id }) => id).filter((id) => picked.has(id)));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const wrong = chosen.size === 0 ? t("sheets.choose") : chosen.size > MOST ? t("sheets.most", { most: MOST }) : undefined;
  const make = async (): Promise<void> => {
    setTried(true);
    if (wrong) {
      document.getElementById("card-people")?.focus();
      return;
    }
    setBusy(true);
    try {
      done(await made(all.filter((person) => chosen.has(person.id))));
    } catch (error) {
      const { words, refused } = await refusal(error, people, look);
      setTrouble(words);
      setChosen(new Set([...chosen].filter((id) => !refused.has(id))));
      setBusy(false);
    }
  };
  if (all.length === 0) return <EmptyState icon="people" title={t("sheets.none")} />;
  return (
    <>
      <Field id="card-people" label={t("sheets.who")} group error={tried ? wrong : undefined}>
        <div class="row">
          <Button onClick={() => setChosen(new Set(first))}>{t("sheets.without")}</Button>
          <Button kind="quiet" onClick={() => setChosen(new Set())}>
            {t("sheets.nobody")}
          </Button>
        </div>
        {!only && without.length > first.length && <p>{t("sheets.first", { count: without.length, most: MOST })}</p>}
        <People people={all} chosen={chosen} choose={setChosen} />
      </Field>
      {trouble && <Banner tone="problem" live title={trouble} />}
      <div>
        <p role="status">
          <strong>{t("sheets.will", { count: chosen.size })}</strong>
        </p>
        <p class="small soft">{t("sheets.older")}</p>
      </div>
      <Button kind="primary" icon="code" busy={busy} onClick={make}>
        {t("sheets.make")}
      </Button>
    </>
  );
}

interface PeopleProps {
  readonly people: readonly PersonRow[];
  readonly chosen: ReadonlySet<number>;
  readonly choose: (chosen: ReadonlySet<number>) => void;
}

function People({ people, chosen, choose }: PeopleProps) {
  const turn = (id: number): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <div class="card-people">
      {people.map((person) => (
        <label key={person.id} class="choice">
          <input type="checkbox" checked={chosen.has(person.id)} onChange={() => turn(person.id)} />
          <span>
            {person.name}
            <span class="small soft">
              <br />
              {[...person.roles.map(roleLine), ...(hasPhone(person) ? [t("sheets.has-phone")] : [])].join("; ")}
            </span>
          </span>
        </label>
      ))}
    </div>
  );
}

interface MadeProps {
  readonly cards: readonly CardOf[];
  /** So many have no phone and no card yet. */
  readonly left: number;
  readonly more: () => void;
}

function Made({ cards, left, more }: MadeProps) {
  useEffect(() => scrollTo(0, 0), []);
  return (
    <>
      <Banner tone="good" live title={t("sheets.made", { count: cards.length })}>
        <p>{t("sheets.once")}</p>
        <Button kind="primary" onClick={() => print()}>
          {t("sheets.print")}
        </Button>
        {left > 0 && <Button onClick={more}>{t("sheets.next", { count: left })}</Button>}
      </Banner>
      <section class="sheets" aria-label={t("sheets.cards")}>
        {pagesOf(cards).map((page) => (
          <div key={page[0]?.person.id} class="sheet-page">
            {page.map((card) => (
              <Card key={card.person.id} {...card} />
            ))}
          </div>
        ))}
      </section>
    </>
  );
}

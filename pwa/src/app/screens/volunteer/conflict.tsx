/** Two people answered one question differently: both answers, who and when; a person chooses, or types what is right. */
import { useState } from "preact/hooks";
import type { CompiledForm, FormNode } from "../../../shared/form";
import type { Side, Value } from "../../../shared/protocol";
import { isMediaName, StorageFull, type ConflictView, type RecordView } from "../../../store";
import { formTitle, personName, useLookup, type Lookup } from "../../data/lookup";
import { describer, type Described } from "../../data/answers";
import { showValue } from "../../data/values";
import { isEmpty, tidy, validate, type Shown } from "../../../forms";
import { called, localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { AnswerValue, OfRecord } from "../../media";
import { explain } from "../../problems";
import { address, go } from "../../router";
import { here } from "../../session";
import { Banner, Button, EmptyState, LinkButton, Loading, Page } from "../../ui";
import { Question } from "./fill/question";

type Pick = "head" | "theirs" | "other";

interface Choice {
  readonly pick: Pick;
  /** What was typed under 'something else'. */
  readonly typed: Value | null;
}

type Choices = Readonly<Record<number, Choice>>;

export function Conflict({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["id"] ?? "";
  const lookup = useLookup();
  const record = useLive((store) => store.record(id), [id]);
  const form = record ? lookup?.forms.get(record.form) : undefined;
  const open = record?.conflicts.filter((conflict) => !conflict.resolving) ?? [];
  if (!lookup || record === undefined) return <Page title={t("app.loading")} back={`record/${id}`}><Loading titled /></Page>;
  return (
    <Page
      title={t("conflict.title")}
      back={`record/${id}`}
      lead={record && <p class="soft">{`${formTitle(lookup, record.form)} · ${id}`}</p>}
    >
      {record && form && open.length > 0 ? (
        <Deciding record={record} open={open} form={form.compiled} lookup={lookup} />
      ) : (
        <EmptyState icon="check" title={t("conflict.none")}>
          <LinkButton href={`#/record/${id}`}>{t("conflict.to-record")}</LinkButton>
        </EmptyState>
      )}
    </Page>
  );
}

/** Everybody who is a side of each of these: one tap can decide them all for that person. */
function sidesOfAll(conflicts: readonly ConflictView[]): number[] {
  const sides = conflicts.map((conflict) => [conflict.head.by, conflict.theirs.by]);
  return [...new Set(sides.flat())].filter((person) => sides.every(([one, other]) => one !== other && (one === person || other === person)));
}

function allOf(person: number, conflicts: readonly ConflictView[]): Choices {
  return Object.fromEntries(
    conflicts.map((conflict) => [conflict.id, { pick: conflict.head.by === person ? "head" : "theirs", typed: null }]),
  );
}

function chosenValue(conflict: ConflictView, choice: Choice, node: FormNode | undefined): Value | null {
  if (choice.pick === "head") return conflict.head.value;
  if (choice.pick === "theirs") return conflict.theirs.value;
  if (choice.typed === null || !node) return choice.typed;
  const value = tidy(node, choice.typed);
  return isEmpty(value) ? null : value;
}

export interface DecidingProps {
  record: RecordView;
  open: readonly ConflictView[];
  form: CompiledForm;
  lookup: Lookup;
  /** What comes after the choice is on the disk; the record's page by default. */
  done?: () => void;
}

export function Deciding({ record, open, form, lookup, done }: DecidingProps) {
  const { profile, store } = here();
  const [choices, setChoices] = useState<Choices>({});
  const [trouble, setTrouble] = useState<string | null>(null);
  const describe = describer(form, record.values, store.now());
  const decide = async (chosen: Choices) => {
    const undecided = open.filter((conflict) => !chosen[conflict.id]);
    if (undecided.length) {
      setTrouble(t("conflict.undecided", { count: undecided.length }));
      return;
    }
    const set = Object.fromEntries(
      open.flatMap((conflict) => {
        const choice = chosen[conflict.id];
        return choice ? [[conflict.path, chosenValue(conflict, choice, describe(conflict.path).node)] as const] : [];
      }),
    );
    const after = Object.fromEntries(Object.entries({ ...record.values, ...set }).filter(([, value]) => value !== null));
    const wrong = validate(form, after, store.now(), { changed: new Set(Object.keys(set)) })[0];
    if (wrong) {
      setTrouble(called(describe(wrong.path).label, localized(wrong.message)));
      return;
    }
    const from = address.peek();
    try {
      await store.resolve({ record: record.id, closes: open.map((conflict) => conflict.id), set });
      if (done) done();
      else go(`record/${record.id}`, { replace: true, from });
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("home.full") : explain(error));
    }
  };
  return (
    <OfRecord.Provider value={record.id}>
      <p>{t("conflict.text")}</p>
      {open.length > 1 && (
        <div class="row">
          {sidesOfAll(open).map((person) => (
            <Button key={person} icon="check" onClick={() => decide(allOf(person, open))}>
              {person === profile.person.id ? t("conflict.all-mine") : t("conflict.all", { name: personName(lookup, person) })}
            </Button>
          ))}
        </div>
      )}
      {open.map((conflict) => (
        <Choose
          key={conflict.id}
          conflict={conflict}
          about={describe(conflict.path)}
          lookup={lookup}
          choice={choices[conflict.id]}
          choose={(choice) => setChoices((before) => ({ ...before, [conflict.id]: choice }))}
        />
      ))}
      {trouble && <Banner tone="problem" live title={trouble} />}
      <Button kind="primary" icon="check" wide onClick={() => decide(choices)}>
        {t("conflict.decide")}
      </Button>
    </OfRecord.Provider>
  );
}

/** The question with what is typed instead of either answer. */
function asShown(node: FormNode, path: string, typed: Value | null, shown: Shown | undefined): Shown {
  const plain: Shown = { node, path, required: false, readonly: false, ...(node.label && { label: node.label }), ...(node.choices && { choices: node.choices }) };
  const { value: _value, violation: _violation, ...rest } = shown ?? plain;
  return { ...rest, required: false, readonly: false, ...(typed !== null && { value: typed }) };
}

interface ChooseProps {
  conflict: ConflictView;
  about: Described;
  lookup: Lookup;
  choice: Choice | undefined;
  choose: (choice: Choice) => void;
}

function Choose({ conflict, about, lookup, choice, choose }: ChooseProps) {
  const { node, label, choices, shown } = about;
  const name = `conflict-${conflict.id}`;
  const side = (pick: Pick, given: Side) => (
    <div class="stack" data-gap="small">
      <label class="choice side">
        <input type="radio" name={name} checked={choice?.pick === pick} onChange={() => choose({ pick, typed: choice?.typed ?? null })} />
        <span>
          <strong>{showValue(node, given.value, choices)}</strong>
          <span class="soft small">
            {personName(lookup, given.by)} · {formatMoment(given.at)}
          </span>
        </span>
      </label>
      {isMediaName(given.value) && <AnswerValue node={node} value={given.value} />}
    </div>
  );
  return (
    <fieldset class="card">
      <legend class="field-label">{label}</legend>
      <p class="soft small">{t("conflict.base", { value: showValue(node, conflict.base, choices) })}</p>
      <div class="sides">
        {side("head", conflict.head)}
        {side("theirs", conflict.theirs)}
      </div>
      {node && node.t !== "repeat" && (
        <>
          <label class="choice">
            <input
              type="radio"
              name={name}
              checked={choice?.pick === "other"}
              onChange={() => choose({ pick: "other", typed: choice?.typed ?? null })}
            />
            <span>{t("conflict.other")}</span>
          </label>
          {choice?.pick === "other" && (
            <Question
              shown={asShown(node, conflict.path, choice.typed, shown)}
              prefix={name}
              change={(value) => choose({ pick: "other", typed: value })}
            />
          )}
        </>
      )}
    </fieldset>
  );
}

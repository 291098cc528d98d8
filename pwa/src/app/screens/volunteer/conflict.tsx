/** People answered one question differently: the answers, who and when; a person chooses, or types what is right. */
import { useState } from "preact/hooks";
import type { CompiledForm, FormNode } from "../../../shared/form";
import type { Value } from "../../../shared/protocol";
import { isMediaName, RecordChanged, StorageFull, type ConflictView, type RecordView } from "../../../store";
import { formTitle, personName, useLookup, type Lookup } from "../../data/lookup";
import { describer, type Described } from "../../data/answers";
import { authorsOfAll, disputes, type Answer, type Dispute } from "../../data/disputes";
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

interface Choice {
  /** The place among the dispute's answers; null: what was typed instead. */
  readonly pick: number | null;
  readonly typed: Value | null;
  /** What was shown when it was chosen. */
  readonly shown: string;
}

/** By path. */
type Choices = Readonly<Record<string, Choice>>;

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

function allOf(person: number, asked: readonly Dispute[]): Choices {
  return Object.fromEntries(
    asked.map(({ path, answers, shown }) => [path, { pick: answers.findIndex((answer) => answer.by === person), typed: null, shown }]),
  );
}

function chosenValue(dispute: Dispute, choice: Choice, node: FormNode | undefined): Value | null {
  if (choice.pick !== null) return dispute.answers[choice.pick]?.value ?? null;
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
  const asked = disputes(record, open);
  /** A choice stands as long as the answers do that it was made among. */
  const choiceOf = (dispute: Dispute, chosen: Choices) => {
    const choice = chosen[dispute.path];
    return choice?.shown === dispute.shown ? choice : undefined;
  };
  const decide = async (chosen: Choices) => {
    const undecided = asked.filter((dispute) => !choiceOf(dispute, chosen));
    if (undecided.length) {
      setTrouble(t("conflict.undecided", { count: undecided.length }));
      return;
    }
    const set = Object.fromEntries(
      asked.flatMap((dispute) => {
        const choice = choiceOf(dispute, chosen);
        return choice ? [[dispute.path, chosenValue(dispute, choice, describe(dispute.path).node)] as const] : [];
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
      await store.resolve({ record: record.id, rev: record.rev, closes: asked.flatMap((dispute) => dispute.ids), set });
      if (done) done();
      else go(`record/${record.id}`, { replace: true, from });
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("home.full") : error instanceof RecordChanged ? t("conflict.changed") : explain(error));
    }
  };
  return (
    <OfRecord.Provider value={record.id}>
      <p>{t("conflict.text")}</p>
      {asked.length > 1 && (
        <div class="row">
          {authorsOfAll(asked).map((person) => (
            <Button key={person} icon="check" onClick={() => decide(allOf(person, asked))}>
              {person === profile.person.id ? t("conflict.all-mine") : t("conflict.all", { name: personName(lookup, person) })}
            </Button>
          ))}
        </div>
      )}
      {asked.map((dispute) => (
        <Choose
          key={dispute.path}
          dispute={dispute}
          about={describe(dispute.path)}
          lookup={lookup}
          choice={choiceOf(dispute, choices)}
          choose={(pick, typed) => setChoices((before) => ({ ...before, [dispute.path]: { pick, typed, shown: dispute.shown } }))}
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
  dispute: Dispute;
  about: Described;
  lookup: Lookup;
  choice: Choice | undefined;
  choose: (pick: number | null, typed: Value | null) => void;
}

function Choose({ dispute, about, lookup, choice, choose }: ChooseProps) {
  const { node, label, choices, shown } = about;
  const name = `conflict-${dispute.ids[0]}`;
  const typed = choice?.typed ?? null;
  const side = (answer: Answer, place: number) => (
    <div class="stack" data-gap="small" key={place}>
      <label class="choice side">
        <input type="radio" name={name} checked={choice?.pick === place} onChange={() => choose(place, typed)} />
        <span>
          <strong>{showValue(node, answer.value, choices)}</strong>
          <span class="soft small">
            {answer.by === null || answer.at === null ? t("conflict.now") : `${personName(lookup, answer.by)} · ${formatMoment(answer.at)}`}
          </span>
        </span>
      </label>
      {isMediaName(answer.value) && <AnswerValue node={node} value={answer.value} />}
    </div>
  );
  return (
    <fieldset class="card">
      <legend class="field-label">{label}</legend>
      <p class="soft small">{t("conflict.base", { value: showValue(node, dispute.base, choices) })}</p>
      <div class="sides">{dispute.answers.map(side)}</div>
      {node && node.t !== "repeat" && (
        <>
          <label class="choice">
            <input type="radio" name={name} checked={choice?.pick === null} onChange={() => choose(null, typed)} />
            <span>{t("conflict.other")}</span>
          </label>
          {choice?.pick === null && (
            <Question
              shown={asShown(node, dispute.path, typed, shown)}
              prefix={name}
              change={(value) => choose(null, value)}
            />
          )}
        </>
      )}
    </fieldset>
  );
}

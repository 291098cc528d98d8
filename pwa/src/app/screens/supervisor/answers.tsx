/** What a record says, question by question, under the headings of its form; and what is different from before. */
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { CompiledForm } from "../../../shared/form";
import { fieldOf } from "../../../shared/positions";
import type { Values } from "../../../shared/protocol";
import { describer, rowsOf } from "../../data/answers";
import { language } from "../../i18n";
import { AnswerValue } from "../../media";
import { here } from "../../session";
import type { Notes } from "../../data/notes";
import { Card, Icon } from "../../ui";
import { Answer } from "../volunteer/record/answer";
import { inFormOrder, type FieldChange } from "./changes";
import { t } from "./t";

const POINT = /^(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)/;

/** A map of the place, in a page of its own; the address is made only when it is opened. */
function MapLink({ point }: { point: string }) {
  const [, latitude, longitude] = POINT.exec(point) ?? [];
  if (!latitude || !longitude) return null;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return (
    <a class="button" data-kind="quiet" href={href} target="_blank" rel="noopener noreferrer">
      {t("review.map")}
    </a>
  );
}

interface AnswersProps {
  form: CompiledForm;
  values: Values;
  changed: readonly string[];
  notes: Notes;
  note: ((path: string, text: string) => void) | null;
}

/** A remark on one answer: a line to open, then a field. */
function Remark({ label, text, change }: { label: string; text: string; change: (text: string) => void }) {
  const id = useId();
  const [open, setOpen] = useState(text !== "");
  const pressed = useRef(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // The button that was pressed is gone: what is typed next belongs here, and a phone shows its keys.
    if (open && pressed.current) field.current?.focus();
  }, [open]);
  const begin = (): void => {
    pressed.current = true;
    setOpen(true);
  };
  if (!open) {
    return (
      <button type="button" class="note-open small" aria-label={`${t("note.add")}: ${label}`} onClick={begin}>
        <Icon name="draft" />
        {t("note.add")}
      </button>
    );
  }
  return (
    <div class="note-field">
      <label class="small" for={id}>
        {t("note.label")}
      </label>
      <textarea ref={field} id={id} class="input" rows={2} maxLength={500} value={text} onInput={(event) => change(event.currentTarget.value)} />
    </div>
  );
}

export function Answers({ form, values, changed, notes, note }: AnswersProps) {
  const { store } = here();
  const rows = useMemo(() => rowsOf(form, values, store.now()), [form, values, language.value]);
  const answered = rows.filter((row) => row.node === null || row.value !== undefined || changed.includes(row.path) || row.path in notes);
  const missing = rows.length - answered.length;
  const strangers = Object.keys(values).filter((path) => !isHidden(form, path) && !rows.some((row) => row.path === path));
  return (
    <Card title={t("review.answers")}>
      <dl class="facts">
        {answered.map((row) => {
          const isChanged = changed.includes(row.path);
          return (
            <Answer
              key={row.path}
              row={row}
              changed={isChanged}
              beside={isChanged && <span class="changed-mark">{t("chip.corrected")}</span>}
              after={
                <>
                  {row.node?.t === "geopoint" && typeof row.value === "string" && <MapLink point={row.value} />}
                  {note && row.node && <Remark label={row.label} text={notes[row.path] ?? ""} change={(text) => note(row.path, text)} />}
                </>
              }
            />
          );
        })}
        {strangers.map((path) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>
                <AnswerValue node={undefined} value={values[path]} />
              </dd>
          </div>
        ))}
      </dl>
      {missing > 0 && <p class="soft small">{t("review.unanswered", { count: missing })}</p>}
    </Card>
  );
}

/** What the form reckons and keeps by itself: nobody answered it, and nobody is asked to read it. */
function isHidden(form: CompiledForm, path: string): boolean {
  return form.hidden?.some((node) => node.path === fieldOf(path)) ?? false;
}

/** Each field that differs: its old value struck out, its new one beside it; in words for a screen reader. */
export function Differences({ form, values, changes }: { form: CompiledForm; values: Values; changes: readonly FieldChange[] }) {
  const { store } = here();
  const describe = useMemo(() => describer(form, values, store.now()), [form, values, language.value]);
  return (
    <ul class="differences">
      {inFormOrder(changes, form.fields).map(({ path, from, to }) => {
        const { node, label, choices } = describe(path);
        return (
          <li key={path}>
            <span class="soft">{label}</span>
            <span class="difference">
              <span class="sr">{t("changed.was")}: </span>
              <del>
                <AnswerValue node={node} value={from} choices={choices} small />
              </del>
              <span aria-hidden="true">→</span>
              <span class="sr">{t("changed.now")}: </span>
              <ins>
                <AnswerValue node={node} value={to} choices={choices} small />
              </ins>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** What a record says, question by question, under the headings of its form; and what is different from before. */
import type { CompiledForm, FormNode } from "../../../shared/form";
import type { Value, Values } from "../../../shared/protocol";
import { questions, showValue } from "../../data/values";
import { localized } from "../../i18n";
import { Card } from "../../ui";
import { inFormOrder, type FieldChange } from "./changes";
import { t } from "./t";

const POINT = /^(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)/;

/** A map of the place, in a page of its own; the address is made only when it is opened. */
function MapLink({ point }: { point: string }) {
  const [, latitude, longitude] = POINT.exec(point) ?? [];
  if (!latitude || !longitude) return null;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return (
    <a class="small" href={href} target="_blank" rel="noopener noreferrer">
      {t("review.map")}
    </a>
  );
}

function Answer({ node, value, changed }: { node: FormNode; value: Value | undefined; changed: boolean }) {
  return (
    <div data-changed={changed ? "yes" : undefined}>
      <dt>
        {localized(node.label) || node.name}
        {changed && <span class="changed-mark">{t("chip.corrected")}</span>}
      </dt>
      <dd>
        {showValue(node, value)} {node.t === "geopoint" && typeof value === "string" && <MapLink point={value} />}
      </dd>
    </div>
  );
}

export function Answers({ form, values, changed }: { form: CompiledForm; values: Values; changed: readonly string[] }) {
  const asked = questions(form);
  const answered = asked.filter((node) => values[node.path] !== undefined || changed.includes(node.path));
  const missing = asked.length - answered.length;
  const strangers = Object.keys(values).filter((path) => !asked.some((node) => node.path === path));
  return (
    <Card title={t("review.answers")}>
      <dl class="facts">
        {answered.map((node) => (
          <Answer key={node.path} node={node} value={values[node.path]} changed={changed.includes(node.path)} />
        ))}
        {strangers.map((path) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>{showValue(undefined, values[path])}</dd>
          </div>
        ))}
      </dl>
      {missing > 0 && <p class="soft small">{t("review.unanswered", { count: missing })}</p>}
    </Card>
  );
}

/** Each field that differs: its old value struck out, its new one beside it; in words for a screen reader. */
export function Differences({ form, changes }: { form: CompiledForm; changes: readonly FieldChange[] }) {
  const nodes = new Map(questions(form).map((node) => [node.path, node]));
  return (
    <ul class="differences">
      {inFormOrder(changes, form.fields).map(({ path, from, to }) => {
        const node = nodes.get(path);
        return (
          <li key={path}>
            <span class="soft">{localized(node?.label) || path}</span>
            <span class="difference">
              <span class="sr">{t("changed.was")}: </span>
              <del>{showValue(node, from)}</del>
              <span aria-hidden="true">→</span>
              <span class="sr">{t("changed.now")}: </span>
              <ins>{showValue(node, to)}</ins>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** One answer of a record as a person reads it, or the head of an item of a repeat. */
import type { ComponentChildren } from "preact";
import type { Row } from "../../../data/answers";
import { AnswerValue } from "../../../media";

/** `beside`: what stands after the label; `after`: what stands after the value. */
export function Answer({ row, changed, beside, after }: { row: Row; changed?: boolean; beside?: ComponentChildren; after?: ComponentChildren }) {
  const depth = row.depth ? String(row.depth) : undefined;
  if (!row.node) {
    return (
      <div class="facts-head" data-depth={depth}>
        <dt>{row.label}</dt>
        <dd class="sr">{""}</dd>
      </div>
    );
  }
  return (
    <div data-depth={depth} data-changed={changed ? "yes" : undefined}>
      <dt>
        {row.label}
        {beside}
      </dt>
      <dd>
        <AnswerValue node={row.node} value={row.value} choices={row.choices} /> {after}
      </dd>
    </div>
  );
}

/** A record's values as a person reads them, and as a submission holds them. */
import type { CompiledForm, FormNode } from "../../shared/form";
import type { Value, Values } from "../../shared/protocol";
import { difference } from "../../shared/document";
import { pathOf } from "../../shared/positions";
import { isEmpty, relevantPaths, tidy, walk } from "../../forms";
import { localized } from "../i18n";
import { formatDate, formatMoment, formatNumber } from "../i18n/format";
import { t } from "../i18n/t";

/** The questions of a form in its order, without groups and notes. */
export function questions(form: CompiledForm): FormNode[] {
  return walk(form.nodes).filter((node) => node.pos !== undefined);
}

function choiceLabel(node: FormNode, name: string): string {
  return localized(node.choices?.find((choice) => choice.v === name)?.label) || name;
}

/** A GPS point in words: where, and how exactly. */
export function showPoint(point: string): string {
  const [latitude, longitude, , accuracy] = point.split(" ").map(Number);
  if (latitude === undefined || longitude === undefined) return point;
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return accuracy ? `${where} (± ${formatNumber(Math.round(accuracy))} m)` : where;
}

/** One answer as text; a value of a kind that the question does not expect is shown as it is. */
export function showValue(node: FormNode | undefined, value: Value | null | undefined): string {
  if (value === null || value === undefined || isEmpty(value)) return t("value.none");
  if (typeof value === "number") return formatNumber(value);
  if (typeof value !== "string") return value.map((name) => (node ? choiceLabel(node, name) : name)).join(", ");
  switch (node?.t) {
    case "select1":
      return choiceLabel(node, value);
    case "date":
      return formatDate(value);
    case "datetime":
      return formatMoment(value);
    case "geopoint":
      return showPoint(value);
    default:
      return value;
  }
}

/** What would be sent of these answers: tidied, and without those of hidden questions. The draft itself keeps them all. */
export function submission(form: CompiledForm, values: Values, now: Date): Values {
  const clean: Record<string, Value> = {};
  for (const node of questions(form)) {
    const given = values[node.path];
    const value = given === undefined ? null : tidy(node, given);
    if (value !== null && !isEmpty(value)) clean[node.path] = value;
  }
  const shown = relevantPaths(form, clean, now);
  return Object.fromEntries(Object.entries(clean).filter(([path]) => shown.has(path)));
}

/** The questions whose answers differ. */
export function changedPaths(form: CompiledForm, before: Values, after: Values): Set<string> {
  return new Set(difference(before, after, form.fields).flatMap((entry) => pathOf(entry, form.fields) ?? []));
}

/** How long something still may wait, and by which words a record is found. */
import { localized } from "../../i18n";
import { formTitle, personName, placeName, recordDetail, type Lookup } from "../../data/lookup";
import { questions, showValue } from "../../data/values";
import { fieldOf } from "../../../shared/positions";
import type { RecordView } from "../../../store";
import { t } from "./t";

const MINUTE = 60_000;

/** A length of time in its largest unit that says enough: minutes below 2 hours, hours below 2 days, else days. */
export function lasting(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(milliseconds) / MINUTE));
  if (minutes < 120) return t("time.minutes", { count: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 48 ? t("time.hours", { count: hours }) : t("time.days", { count: Math.round(hours / 24) });
}

/** Everything a record can be searched by: number, form, place, author, and every answer as it is shown. */
export function textsOf(lookup: Lookup, record: RecordView): string[] {
  const form = lookup.forms.get(record.form);
  const nodes = new Map(form ? questions(form.compiled).map((node) => [node.path, node]) : []);
  const answers = Object.entries(record.values).flatMap(([path, value]) => {
    const node = nodes.get(fieldOf(path));
    return node ? [showValue(node, value)] : [];
  });
  return [
    record.id,
    formTitle(lookup, record.form),
    placeName(lookup, record.place),
    personName(lookup, record.by),
    recordDetail(lookup, record),
    ...answers,
  ];
}

export function names(lookup: Lookup, people: readonly number[]): string {
  return people.map((person) => personName(lookup, person)).join(", ");
}

export { localized };

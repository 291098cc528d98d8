/** A record's values as a person reads them. */
import type { CompiledForm, FormNode, FormText } from "../../shared/form";
import { fieldOf } from "../../shared/positions";
import type { Value, Values } from "../../shared/protocol";
import { isEmpty, Session, walk, type Shown } from "../../forms";
import { isMediaName } from "../../store";
import { localized } from "../i18n";
import { formatDate, formatMoment, formatNumber } from "../i18n/format";
import { t } from "../i18n/t";
import { plainWords } from "./markdown";

type Choices = readonly { readonly v: string; readonly label: FormText }[];

/** The questions of a form in its order, without groups, repeats and notes. */
export function questions(form: CompiledForm): FormNode[] {
  return walk(form.nodes).filter((node) => node.pos !== undefined && node.t !== "repeat");
}

/** Words of a form in the app's language, without marks; a value inside them only where it is known. */
export function plain(text: FormText | undefined): string {
  return plainWords(localized(text)).replace(/\ufffc\d+\ufffc/g, "…");
}

function choiceLabel(choices: Choices | undefined, name: string): string {
  return plain(choices?.find((choice) => choice.v === name)?.label) || name;
}

/** A GPS point in words: where, and how exactly. */
export function showPoint(point: string): string {
  const [latitude, longitude, , accuracy] = point.split(" ").map(Number);
  if (latitude === undefined || longitude === undefined) return point;
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return accuracy ? `${where} (± ${formatNumber(Math.round(accuracy))} m)` : where;
}

/** Of a line or an area: how many points, and where it begins. */
function showPoints(points: readonly string[]): string {
  return t("value.points", { count: points.length, first: showPoint(points[0] ?? "") });
}

const MOST_DECIMALS = 12;

/**
 * One answer as text; a value of a kind that the question does not expect is shown as it is. `choices`: those of an item
 * set, which the node itself doesn't have.
 */
export function showValue(node: FormNode | undefined, value: Value | null | undefined, choices: Choices | undefined = node?.choices): string {
  if (node?.t === "repeat") return t(value == null ? "value.no-item" : "value.item");
  if (value === null || value === undefined || isEmpty(value)) return t("value.none");
  if (typeof value === "number") return formatNumber(value, MOST_DECIMALS);
  if (typeof value !== "string") {
    const labels = value.map((name) => choiceLabel(choices, name));
    return (node?.t === "rank" ? labels.map((label, place) => `${place + 1}. ${label}`) : labels).join(", ");
  }
  switch (node?.t) {
    case "select1":
      return choiceLabel(choices, value);
    case "date":
      return formatDate(value);
    case "time":
      return /^\d{2}:\d{2}/.test(value) ? value.slice(0, 5) : value;
    case "datetime":
      return formatMoment(value);
    case "geopoint":
      return showPoint(value);
    case "geotrace":
    case "geoshape":
      return showPoints(value.split(";").filter((point) => point.trim()));
    case "acknowledge":
      return t("value.acknowledged");
    case "image":
    case "audio":
    case "video":
    case "file":
      return isMediaName(value) ? t(`value.${node.t}`) : value;
    default:
      return value;
  }
}

/** A question, or the head of an item, as it is listed. */
export interface Row {
  /** Where the answer is, with the ids of items. */
  readonly path: string;
  readonly label: string;
  /** How many repeats are around it. */
  readonly depth: number;
  /** Null: the head of an item of a repeat. */
  readonly node: FormNode | null;
  readonly value: Value | undefined;
  readonly choices: Choices | undefined;
}

const LOOKING = { newItem: () => "1-1", random: () => 0 };

/** What a form shows of these values: by path. */
export function shownOf(form: CompiledForm, values: Values, now: Date): ReadonlyMap<string, Shown> {
  const found = new Map<string, Shown>();
  const add = (shown: readonly Shown[]): void => {
    for (const each of shown) {
      found.set(each.path, each);
      add(each.children ?? []);
      for (const item of each.items ?? []) add(item.children);
    }
  };
  add(Session.resume(form, values, { ...LOOKING, now: () => now }).view());
  return found;
}

/** Ids of the items of a repeat in their order. */
export function itemsOf(values: Values, repeat: string): string[] {
  const before = `${repeat}/`;
  const ids = Object.keys(values).filter((path) => path.startsWith(before) && /^\d+-\d+$/.test(path.slice(before.length)));
  const place = (path: string): number => (typeof values[path] === "number" ? values[path] : 0);
  const last = (path: string): number => Number(path.slice(path.lastIndexOf("-") + 1));
  return ids.sort((one, other) => place(one) - place(other) || last(one) - last(other)).map((path) => path.slice(before.length));
}

/** Every question of the form for these values, item by item, answered or not. */
export function rowsOf(form: CompiledForm, values: Values, now: Date): Row[] {
  const shown = shownOf(form, values, now);
  const rows = (nodes: readonly FormNode[], field: string, place: string, depth: number): Row[] =>
    nodes.flatMap((node): Row[] => {
      const path = place + node.path.slice(field.length);
      const here = shown.get(path);
      const label = plain(here?.label ?? node.label) || node.name;
      if (node.t === "group") return rows(node.children ?? [], field, place, depth);
      if (node.t === "repeat") {
        return itemsOf(values, path).flatMap((id, index): Row[] => {
          const item = `${path}/${id}`;
          const head = { path: item, label: `${label} ${index + 1}`, depth, node: null, value: undefined, choices: undefined };
          return [head, ...rows(node.children ?? [], node.path, item, depth + 1)];
        });
      }
      return node.pos === undefined ? [] : [{ path, label, depth, node, value: values[path], choices: here?.choices ?? node.choices }];
    });
  return rows(form.nodes, "", "", 0);
}

/** What is known of a path, in items too. */
export interface Described {
  readonly node: FormNode | undefined;
  readonly label: string;
  readonly choices: Choices | undefined;
  /** As the form shows it, where it shows it. */
  readonly shown: Shown | undefined;
}

/** Describes the paths of a form over these values: for lists of changes, conflicts and what is held. */
export function describer(form: CompiledForm, values: Values, now: Date): (path: string) => Described {
  const shown = shownOf(form, values, now);
  const nodes = new Map(walk([...form.nodes, ...(form.hidden ?? [])]).map((node) => [node.path, node]));
  const itemWords = (item: string): string => {
    const repeat = item.slice(0, item.lastIndexOf("/"));
    const place = itemsOf(values, repeat).indexOf(item.slice(repeat.length + 1));
    const label = plain(nodes.get(fieldOf(repeat))?.label) || repeat;
    return place < 0 ? label : `${label} ${place + 1}`;
  };
  return (path) => {
    const node = nodes.get(fieldOf(path));
    const here = shown.get(path);
    const steps = path.split("/");
    const around = steps.flatMap((step, index) => (step.includes("-") ? [itemWords(steps.slice(0, index + 1).join("/"))] : []));
    const own = steps.at(-1)?.includes("-") ? [] : [plain(here?.label ?? node?.label) || path];
    return { node, label: [...around, ...own].join(" · "), choices: here?.choices ?? node?.choices, shown: here };
  };
}

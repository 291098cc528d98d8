/** A record's values as a person reads them. */
import type { CompiledForm, FormNode, FormText } from "../../shared/form";
import type { Value } from "../../shared/protocol";
import { walk } from "../../forms/plan";
import { isEmpty } from "../../forms/empty";
import { isMediaName } from "../../store";
import { localized } from "../i18n";
import { formatDate, formatMoment, formatNumber } from "../i18n/format";
import { t } from "../i18n/t";
import { plainWords } from "./markdown";

export type Choices = readonly { readonly v: string; readonly label: FormText }[];

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
  return accuracy ? `${where} (±\u00a0${formatNumber(Math.round(accuracy))}\u00a0m)` : where;
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

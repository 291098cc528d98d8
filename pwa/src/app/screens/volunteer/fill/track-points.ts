/** Lines and areas as records hold them: points with ';' between them, an area's last one its first. */
import type { Value } from "../../../../shared/protocol";

/** The points that were taken; of an area without the one that closes it. */
export function opened(value: Value | undefined, area: boolean): string[] {
  const points = typeof value === "string" ? value.split(";").map((point) => point.trim()).filter(Boolean) : [];
  return area && points.length > 1 && points[0] === points.at(-1) ? points.slice(0, -1) : points;
}

/** The value of these points; an area is closed once it has three. */
export function closed(points: readonly string[], area: boolean): string {
  return (area && points.length > 2 ? [...points, points[0] ?? ""] : points).join(";");
}

const EARTH = 6_371_000;

/** Metres between two points, on a sphere. */
export function apart(one: string, other: string): number {
  const [[a = 0, b = 0], [c = 0, d = 0]] = [one, other].map((point) => point.split(" ").map((degrees) => (Number(degrees) * Math.PI) / 180)) as [number[], number[]];
  const half = Math.sin((c - a) / 2) ** 2 + Math.cos(a) * Math.cos(c) * Math.sin((d - b) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(half)));
}

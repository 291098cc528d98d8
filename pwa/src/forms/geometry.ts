/** Areas, distances and fences of points on the earth, as ODK reckons them: on a ball. */

const RADIUS = 6_378_100;

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** The points of texts like '9.7 106.2 0 0;9.8 106.3'; null where one of them is none. */
function pointsOf(texts: readonly string[]): Point[] | null {
  const found: Point[] = [];
  for (const text of texts.flatMap((each) => each.trim().split(/\s*;\s*/))) {
    const parts = text.split(/\s+/).map(Number);
    const [latitude = Number.NaN, longitude = Number.NaN] = parts;
    if (text === "" || parts.length > 4 || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return null;
    found.push({ latitude, longitude });
  }
  return found;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** Rounded to square centimetres, or centimetres. */
function settled(value: number): number {
  return Math.abs(Math.round(value * 100) / 100);
}

function pairsOf(points: readonly Point[]): [Point, Point][] {
  return points.slice(1).map((point, index) => [points[index] ?? point, point]);
}

/** Square metres inside a shape; 0 for what is none. */
export function area(texts: readonly string[]): number {
  const points = pointsOf(texts);
  const [first] = points ?? [];
  if (!points || !first || points.length < 3) return 0;
  const last = points[points.length - 1] ?? first;
  const isClosed = last.latitude === first.latitude && last.longitude === first.longitude;
  const total = pairsOf(isClosed ? points : [...points, first]).reduce((sum, [from, to]) => {
    const heights = Math.sin(radians(to.latitude)) + Math.sin(radians(from.latitude));
    return sum + radians(to.longitude - from.longitude) * (2 + heights);
  }, 0);
  return settled((total * RADIUS * RADIUS) / 2);
}

/** Metres along a line; NaN for what is none. */
export function distance(texts: readonly string[]): number {
  const points = pointsOf(texts);
  if (!points || points.length < 2) return Number.NaN;
  return settled(pairsOf(points).reduce((sum, [from, to]) => sum + between(from, to), 0));
}

function between(from: Point, to: Point): number {
  const [one, other] = [radians(from.latitude), radians(to.latitude)];
  const across = Math.cos(one) * Math.cos(other) * Math.cos(radians(from.longitude - to.longitude));
  // Rounding can carry it beyond 1 where both are the same place.
  return Math.acos(Math.min(1, Math.sin(one) * Math.sin(other) + across)) * RADIUS;
}

/** Whether a point lies within a shape; false for what is none. */
export function inside(point: string, shape: string): boolean {
  const [at] = pointsOf([point]) ?? [];
  const corners = pointsOf([shape]);
  const last = corners?.[corners.length - 1];
  if (!at || !corners || !last || corners.length < 3) return false;
  let within = false;
  for (const [from, to] of pairsOf([last, ...corners])) {
    if (from.latitude > at.latitude === to.latitude > at.latitude) continue;
    const share = (at.latitude - from.latitude) / (to.latitude - from.latitude);
    if (at.longitude < from.longitude + share * (to.longitude - from.longitude)) within = !within;
  }
  return within;
}

/** Shuffling as ODK does it, so that the same seed gives the same order everywhere. */

const MODULUS = 2_147_483_647;
const FACTOR = 16_807;

/** Park and Miller's generator: numbers from 0 up to 1. */
export function seeded(seed: number | bigint): () => number {
  let state = startOf(seed);
  if (state <= 0) state += MODULUS - 1;
  return () => {
    state = (state * FACTOR) % MODULUS;
    return (state - 1) / (MODULUS - 1);
  };
}

/** As a Java long: fractions are cut off, what is too large becomes the largest. */
function startOf(seed: number | bigint): number {
  if (typeof seed === "number" && Number.isSafeInteger(Math.trunc(seed))) return Math.trunc(seed) % MODULUS;
  if (typeof seed === "bigint") return Number(seed % BigInt(MODULUS));
  const most = 2n ** 63n;
  const whole = Number.isFinite(seed) ? BigInt(Math.trunc(seed)) : seed > 0 ? most : -most;
  const held = whole >= most ? most - 1n : whole < -most ? -most : whole;
  return Number(held % BigInt(MODULUS));
}

/** A new order. */
export function shuffled<T>(values: readonly T[], next: () => number): T[] {
  const found: T[] = [];
  values.forEach((value, index) => {
    const place = Math.floor(next() * (index + 1));
    if (place !== index) found[index] = found[place] as T;
    found[place] = value;
  });
  return found;
}

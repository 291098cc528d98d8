/** A PIN of 4 to 6 digits: kept as a salted slow hash, and how long one waits after wrong tries. */

import type { Pin } from "./profiles";

/** PBKDF2 with SHA-256, as many rounds as OWASP asks for (Password Storage Cheat Sheet, 2023). */
const ROUNDS = 600_000;
const SECOND = 1_000;
/** Milliseconds, after the third wrong try and each one more; the last again and again. */
const WAITS = [30, 60, 120, 300, 900, 3_600].map((seconds) => seconds * SECOND);
const FREE = 2;
export const LONGEST_WAIT = 3_600 * SECOND;

/** What everybody tries first: one digit again and again, or digits in a row. */
export function isEasy(digits: string): boolean {
  const steps = Array.from(digits, Number).map((digit, index, all) => (index > 0 ? digit - (all[index - 1] ?? 0) : null)).slice(1);
  return [0, 1, -1].some((step) => steps.every((each) => each === step));
}

/** How long nobody may try after so many wrong ones. */
export function waitAfter(wrong: number): number {
  return wrong <= FREE ? 0 : (WAITS[wrong - FREE - 1] ?? LONGEST_WAIT);
}

export async function makePin(digits: string, rounds = ROUNDS): Promise<Pin> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt: toText(salt), hash: await derived(digits, salt, rounds), rounds };
}

export async function fits({ salt, hash, rounds }: Pin, digits: string): Promise<boolean> {
  const bytes = Uint8Array.from(atob(salt), (character) => character.charCodeAt(0));
  return (await derived(digits, bytes, rounds)) === hash;
}

async function derived(digits: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<string> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(digits), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256);
  return toText(new Uint8Array(bits));
}

function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

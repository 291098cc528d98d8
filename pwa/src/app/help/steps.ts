/** What help is made of: for each screen two to five steps, each a picture and one sentence. */
import type { Picture } from "./picture";

export interface Step<Key extends string = string> {
  readonly words: Key;
  readonly picture: Picture;
  /** Told only where the screen shows this (a selector), or where it doesn't (a selector after an exclamation mark). */
  readonly seen?: string;
}

/** Which screen: a route's path, or `welcome` and `persons` for who has no profile open. */
export type Steps<Key extends string> = Readonly<Record<string, readonly Step<Key>[]>>;

export function step<Key extends string>(words: Key, picture: Picture, seen?: string): Step<Key> {
  return seen === undefined ? { words, picture } : { words, picture, seen };
}

/** Whether the screen that stands has what the step tells of. */
export function isTold({ seen }: Step, screen: ParentNode): boolean {
  if (seen === undefined) return true;
  return seen.startsWith("!") ? !screen.querySelector(seen.slice(1)) : screen.querySelector(seen) !== null;
}

/** A screen's help, from the file that has it. */
import { help } from "../i18n/help";
import { translator, type Catalogue } from "../i18n";
import { ELSEWHERE, EVERYBODYS } from "./screens";
import type { Step } from "./steps";

/** A screen's help, with the words that it is written in. */
export interface Told {
  readonly steps: readonly Step[];
  readonly t: (key: string) => string;
}

/** Another file of help: its table and its words. */
export interface Owned {
  readonly STEPS: Readonly<Record<string, readonly Step[]>>;
  readonly WORDS: Catalogue<string>;
}

export const OWNERS: Readonly<Record<"supervisor" | "office", () => Promise<Owned>>> = {
  supervisor: () => import("../screens/supervisor/help"),
  office: () => import("../screens/office/help"),
};

/** The help for a screen; no steps where there is none. Raises when it can't be had now: another role's, without network. */
export async function helpFor(screen: string): Promise<Told> {
  const own = EVERYBODYS[screen];
  if (own) return { steps: own, t: translator(help) as Told["t"] };
  const owner = ELSEWHERE[screen];
  if (typeof owner !== "string") return { steps: [], t: translator(help) as Told["t"] };
  const { STEPS, WORDS } = await OWNERS[owner]();
  return { steps: STEPS[screen] ?? [], t: translator(WORDS) };
}

/** The words that every role's code has: the shell's and the volunteer's. */
import { common } from "./common";
import { translator } from "./index";

export const t = translator(common);
export type WordKey = Parameters<typeof t>[0];

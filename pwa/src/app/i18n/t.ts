/** The words that every role's code has: the shell's and the volunteer's. */
import { common } from "./common";
import { translator } from "./index";
import { volunteer } from "./volunteer";

export const t = translator(common, volunteer);
export type WordKey = Parameters<typeof t>[0];

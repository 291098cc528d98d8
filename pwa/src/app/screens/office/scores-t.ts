/** The words of the scoring table. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { scores } from "../../i18n/scores";

export const t = translator(common, scores);

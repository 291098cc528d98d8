/** The words of the filling screen, with those that every screen has. */
import { codes } from "../../../i18n/codes";
import { common } from "../../../i18n/common";
import { filling } from "../../../i18n/filling";
import { translator } from "../../../i18n";

export const t = translator(common, filling, codes);

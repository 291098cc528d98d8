/** The words of the office's screens, with those that every screen has. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { office } from "../../i18n/office";

export const t = translator(common, office);

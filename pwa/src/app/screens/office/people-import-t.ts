/** The words of the screen that adds people from a list. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { office } from "../../i18n/office";
import { peopleImport } from "../../i18n/people-import";

export const t = translator(common, office, peopleImport);

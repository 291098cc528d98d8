/** The words of the screen for reports and exports. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { office } from "../../i18n/office";
import { reports } from "../../i18n/reports";

export const t = translator(common, office, reports);

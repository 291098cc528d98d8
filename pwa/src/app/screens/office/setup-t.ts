/** The words of a campaign's set-up. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { office } from "../../i18n/office";
import { setup } from "../../i18n/setup";

export const t = translator(common, office, setup);

/** The words of the screen of places. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { office } from "../../i18n/office";
import { places } from "../../i18n/places";
import { setup } from "../../i18n/setup";

export const t = translator(common, office, setup, places);

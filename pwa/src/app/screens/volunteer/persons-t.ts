/** The words of a shared phone, with those that every screen has. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { persons } from "../../i18n/persons";

export const t = translator(common, persons);

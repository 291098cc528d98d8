/** The words of the screens of commendation. */
import { translator } from "../../i18n";
import { commendations } from "../../i18n/commendations";
import { common } from "../../i18n/common";

export const t = translator(commendations, common);

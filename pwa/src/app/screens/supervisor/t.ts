/** The words of the supervisor's screens, with those that every screen has. */
import { approval } from "../../i18n/approval";
import { common } from "../../i18n/common";
import { translator } from "../../i18n";
import { supervisor } from "../../i18n/supervisor";

export const t = translator(common, supervisor, approval);

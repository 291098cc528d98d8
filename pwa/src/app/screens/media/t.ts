/** The words of media, with those that every screen has. */
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { media } from "../../i18n/media";

export const t = translator(common, media);

/** What the server says of a form, in the language of the app. */
import { language } from "../../i18n";
import { formRemarks, type RemarkSaid, type RemarkValue } from "../../i18n/form-remarks";
import { formatNumber } from "../../i18n/format";

/** The remark's words; null where there are none but the server's own. */
export function inWords(remark: RemarkSaid): string | null {
  if (language.value === "en") return remark.message;
  const pattern = remark.code === undefined ? undefined : formRemarks[language.value][remark.code];
  if (pattern === undefined) return null;
  const { values = {} } = remark;
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? whole : shown(value);
  });
}

function shown(value: RemarkValue): string {
  if (typeof value === "object") return inWords(value) ?? value.message;
  return typeof value === "number" ? formatNumber(value) : value;
}

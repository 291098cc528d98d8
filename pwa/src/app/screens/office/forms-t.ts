/** The words of the office's form screens, with those that every screen has. */
import { ProblemError } from "../../../shared/problem";
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { office } from "../../i18n/office";
import { explain as explainAll } from "../../problems";
import { officeForms } from "../../i18n/office-forms";

export const t = translator(common, office, officeForms);

/** What happened and what to do, of problems that only the office meets. */
export function explain(error: unknown): string {
  if (error instanceof ProblemError && error.slug === "form-incomplete") return t("forms.problem.incomplete");
  if (error instanceof ProblemError && error.slug === "form-published") return t("forms.problem.published");
  return explainAll(error);
}

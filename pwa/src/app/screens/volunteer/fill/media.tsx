/** Photos, drawings, recordings and files in a form; loaded with the first such question. */
import { MediaQuestion } from "../../media/question";
import type { ControlProps } from "./control";

export { MediaQuestion, type MediaQuestionProps } from "../../media/question";

/** The same as a control of a question. */
export function Media({ shown, change }: ControlProps) {
  return <MediaQuestion node={shown.node} path={shown.path} value={shown.value} readonly={shown.readonly} change={change} />;
}

/** One question of a form on the screen: its words, its control by its type, and what is wrong with it. */
import { useContext, useEffect, useState } from "preact/hooks";
import type { ComponentType } from "preact";
import type { NodeType } from "../../../../shared/form";
import type { Value } from "../../../../shared/protocol";
import type { Shown } from "../../../../forms";
import { showValue } from "../../../data/values";
import { Button, describedBy, Field } from "../../../ui";
import { Choice, Heads } from "./choice";
import { questionId, type ControlProps } from "./control";
import { looks } from "./looks";
import { Moment } from "./moment";
import { Point } from "./point";
import { t } from "./t";
import { Decimal, Integer, Text } from "./text";
import { Read, Shows, textIn, useWords, Words } from "./words";

type Control = ComponentType<ControlProps>;
type Late = "Barcode" | "Media" | "Range" | "Rank" | "Track";

const CONTROLS: Partial<Record<NodeType, Control | Late>> = {
  text: Text,
  integer: Integer,
  decimal: Decimal,
  range: "Range",
  select1: Choice,
  select: Choice,
  rank: "Rank",
  date: Moment,
  time: Moment,
  datetime: Moment,
  geopoint: Point,
  geotrace: "Track",
  geoshape: "Track",
  image: "Media",
  audio: "Media",
  video: "Media",
  file: "Media",
  barcode: "Barcode",
  acknowledge: Acknowledge,
};

/** Several controls answer one question, or one that isn't an input: a fieldset with a legend. */
const GROUPED: ReadonlySet<NodeType> = new Set([
  ...(["select1", "select", "rank", "geopoint", "geotrace", "geoshape"] as const),
  ...(["image", "audio", "video", "file", "acknowledge"] as const),
]);

function Acknowledge({ shown, id, change }: ControlProps) {
  return (
    <label class="choice">
      <input type="checkbox" id={`${id}-ok`} checked={shown.value === "OK"} onChange={(event) => change(event.currentTarget.checked ? "OK" : null, false)} />
      <span>{t("acknowledge.ok")}</span>
    </label>
  );
}

const fetched = new Map<Late, Control>();

async function fetchControl(name: Late): Promise<void> {
  fetched.set(name, name === "Media" ? (await import("./media")).Media : (await import("./rare"))[name]);
}

function Fetched({ name, props }: { name: Late; props: ControlProps }) {
  const [state, setState] = useState<"looking" | "here" | "failed">(fetched.has(name) ? "here" : "looking");
  useEffect(() => {
    if (state !== "looking") return;
    fetchControl(name).then(
      () => setState("here"),
      () => setState("failed"),
    );
  }, [state]);
  const Control = fetched.get(name);
  if (Control) return <Control {...props} />;
  return (
    <div class="stack" data-gap="small">
      <p class="soft" role="status">
        {t(state === "failed" ? "control.failed" : "app.loading")}
      </p>
      {state === "failed" && <Button onClick={() => setState("looking")}>{t("app.retry")}</Button>}
    </div>
  );
}

export interface QuestionProps {
  shown: Shown;
  /** `soon`: more is likely to follow at once (typing). */
  change: (value: Value | null, soon: boolean) => void;
  leave?: () => void;
  /** What is wrong with it, if that is said now. */
  tell?: boolean;
  /** Makes ids unique where a question stands on a screen twice. */
  prefix?: string;
}

/** What is wrong, and how to mend it where the form itself says no more than that the value is of the wrong kind. */
function useTrouble(shown: Shown, tell: boolean | undefined): string | undefined {
  const reading = useContext(Read);
  const found = shown.violation;
  if (!found || !tell) return undefined;
  const mends = { integer: "mend.integer", decimal: "mend.decimal", date: "mend.date", geotrace: "mend.line", geoshape: "mend.area" } as const;
  const type = shown.node.t as keyof typeof mends;
  if (found.kind === "type" && type in mends) return t(mends[type]);
  return textIn(found.message, reading);
}

/** Label, hint, control and error of one question. */
export function Question({ shown, change, leave, tell, prefix }: QuestionProps) {
  const words = useWords();
  const { node } = shown;
  const error = useTrouble(shown, tell);
  const id = questionId(shown.path, prefix);
  const name = words(shown.label) || node.name;
  const hint = words(shown.hint) ? <Words text={shown.hint} /> : undefined;
  const props: ControlProps = {
    shown,
    id,
    name,
    described: describedBy(id, hint, error),
    wrong: error !== undefined,
    change,
    leave: leave ?? (() => undefined),
  };
  // The head of a table's columns asks nothing.
  if (looks(node, "label") && shown.choices) return <Heads choices={shown.choices} />;
  const control = CONTROLS[node.t];
  const Here = typeof control === "function" ? control : Text;
  const label = (
    <span>
      {words(shown.label) ? <Words text={shown.label} /> : node.name}
      <Shows media={node.media} label={words(shown.label)} />
    </span>
  );
  return (
    <Field
      id={id}
      label={label}
      hint={hint}
      error={error}
      required={shown.required && !shown.readonly}
      group={GROUPED.has(node.t) || shown.readonly || (node.t === "range" && looks(node, "rating"))}
    >
      {shown.remark && <p class="remark">{t("remark", { text: shown.remark })}</p>}
      {words(shown.guidance) && <Guidance shown={shown} />}
      {(shown.readonly && control !== "Media") || control === undefined ? (
        <output class="given">{showValue(node, shown.value, shown.choices)}</output>
      ) : typeof control === "string" ? (
        <Fetched name={control} props={props} />
      ) : (
        <Here {...props} />
      )}
    </Field>
  );
}

function Guidance({ shown }: { shown: Shown }) {
  return (
    <details class="fold guidance">
      <summary>{t("guidance")}</summary>
      <p>
        <Words text={shown.guidance} />
      </p>
    </details>
  );
}

/** The form's tree on the screen: groups as cards, notes as text, repeats item by item, questions in between. */
import { Component, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Shown } from "../../../../forms";
import { Icon } from "../../../ui";
import { isTold, type Filling, type Telling } from "./filling";
import { looks } from "./looks";
import { Question } from "./question";
import { Repeat } from "./repeat";
import { t } from "./t";
import { Shows, useWords, Words } from "./words";

/** The form that the parts belong to. */
export const Filled = createContext<Filling | null>(null);

export function useFilling(): Filling {
  const filling = useContext(Filled);
  if (!filling) throw new Error("a part of a form stands in no form");
  return filling;
}

interface PartProps {
  shown: Shown;
  telling: Telling;
}

/** Drawn again only when something in it changed: of 300 questions an answer changes one or two. */
class Part extends Component<PartProps> {
  override shouldComponentUpdate(next: PartProps): boolean {
    const { shown, telling } = this.props;
    if (next.shown !== shown) return true;
    if (next.telling === telling) return false;
    const leaf = shown.children === undefined && shown.items === undefined;
    return !leaf || isTold(next.telling, shown) !== isTold(telling, shown);
  }

  override render({ shown, telling }: PartProps) {
    if (shown.node.t === "group") return <Group shown={shown} telling={telling} />;
    if (shown.node.t === "repeat") return <Repeat shown={shown} telling={telling} />;
    if (shown.node.t === "note") return <Note shown={shown} />;
    return <Leaf shown={shown} tell={isTold(telling, shown)} />;
  }
}

function Leaf({ shown, tell }: { shown: Shown; tell: boolean }) {
  const filling = useFilling();
  const { path } = shown;
  return (
    <div class="question" data-path={path} data-type={shown.node.t} data-layout={looks(shown.node, "list-nolabel") || looks(shown.node, "label") ? "row" : undefined}>
      <Question shown={shown} tell={tell} change={(value, soon) => filling.answer(path, value, soon)} leave={() => filling.leave(path)} />
    </div>
  );
}

function Note({ shown }: { shown: Shown }) {
  const words = useWords();
  // What XLSForm makes of the label of a table of questions.
  if (shown.node.name.startsWith("generated_table_list_label")) {
    return (
      <h2>
        <Words text={shown.label} />
      </h2>
    );
  }
  return (
    <div class="note" data-path={shown.path}>
      <Icon name="info" />
      <div class="stack" data-gap="small">
        <p>
          <Words text={shown.label} />
        </p>
        <Shows media={shown.node.media} label={words(shown.label)} />
        {words(shown.hint) && (
          <p class="field-hint">
            <Words text={shown.hint} />
          </p>
        )}
        {words(shown.guidance) && (
          <details class="fold guidance">
            <summary>{t("guidance")}</summary>
            <p>
              <Words text={shown.guidance} />
            </p>
          </details>
        )}
      </div>
    </div>
  );
}

function Group({ shown, telling }: PartProps) {
  const words = useWords();
  const name = words(shown.label);
  const inside = <Parts shown={shown.children ?? []} telling={telling} />;
  // A group without a name only keeps questions together.
  if (!name) {
    const table = shown.children?.some((each) => looks(each.node, "label"));
    return <div class={table ? "card questions" : "stack group"}>{inside}</div>;
  }
  return (
    <section class="card questions" aria-label={name}>
      <h2>
        <Words text={shown.label} />
      </h2>
      <Shows media={shown.node.media} label={name} />
      {inside}
    </section>
  );
}

const FIRST = 10;
const MORE = 30;

/** So many of the parts that the first ones are there quickly; the others follow as the phone finds the time. */
function useGradually(total: number): number {
  const [count, setCount] = useState(FIRST);
  const waiting = count < total;
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setCount(count + MORE), 0);
    return () => clearTimeout(timer);
  }, [count, waiting]);
  return count;
}

export function Parts({ shown, telling }: { shown: readonly Shown[]; telling: Telling }) {
  const count = useGradually(shown.length);
  return (
    <>
      {shown.slice(0, count).map((each) => (
        <Part key={each.path} shown={each} telling={telling} />
      ))}
    </>
  );
}

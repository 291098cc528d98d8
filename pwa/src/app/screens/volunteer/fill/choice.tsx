/** Choosing one or several: buttons, a drop-down, a scale, pictures; long lists are searched. */
import { useContext, useMemo, useState } from "preact/hooks";
import type { ShownChoice } from "../../../../forms";
import { fold } from "../../../../shared/fold";
import { Button } from "../../../ui";
import { tied, type ControlProps } from "./control";
import { columnsOf, LONG, looks } from "./looks";
import { t } from "./t";
import { Read, Shows, useWords, Words } from "./words";

interface Picking {
  readonly props: ControlProps;
  readonly choices: readonly ShownChoice[];
  readonly chosen: readonly string[];
  readonly toggle: (name: string, on: boolean) => void;
}

/** Chosen names in the order of the choices, then those that are no choice now: they are told of, and can be taken out. */
function inOrder(choices: readonly ShownChoice[], chosen: readonly string[]): string[] {
  const names = choices.map((choice) => choice.v).filter((name) => chosen.includes(name));
  return [...names, ...chosen.filter((name) => !names.includes(name))];
}

export function Choice(props: ControlProps) {
  const { shown, change } = props;
  const { node, value } = shown;
  const choices = shown.choices ?? [];
  const one = node.t === "select1";
  const chosen: readonly string[] = typeof value === "object" ? value : typeof value === "string" && value !== "" ? [value] : [];
  const toggle = (name: string, on: boolean) => {
    if (one) change(on ? name : null, false);
    else {
      const next = inOrder(choices, on ? [...chosen, name] : chosen.filter((each) => each !== name));
      change(next.length ? next : null, false);
    }
  };
  const picking: Picking = { props, choices, chosen, toggle };
  const searched = choices.length > LONG || looks(node, "autocomplete") || looks(node, "search");
  if (choices.length === 0) return <p class="soft">{t("choice.none")}</p>;
  return (
    <>
      {searched ? <Searched {...picking} /> : looks(node, "minimal") ? <Minimal {...picking} /> : <Buttons {...picking} />}
      <Strangers {...picking} />
      {one && value !== undefined && !shown.required && !looks(node, "minimal") && (
        <div>
          <Button kind="quiet" icon="cross" onClick={() => change(null, false)}>
            {t("fill.clear")}
          </Button>
        </div>
      )}
    </>
  );
}

/** What was chosen and is no choice any more, since another answer changed. */
function Strangers({ choices, chosen, toggle, props }: Picking) {
  const strange = chosen.filter((name) => !choices.some((choice) => choice.v === name));
  if (strange.length === 0 || props.shown.node.t === "select1") return null;
  return (
    <div class="choices">
      {strange.map((name) => (
        <Option key={name} name={name} one={false} props={props} checked onToggle={(on) => toggle(name, on)} />
      ))}
    </div>
  );
}

interface OptionProps {
  choice?: ShownChoice;
  name: string;
  one: boolean;
  props: ControlProps;
  checked: boolean;
  /** The words are only said, not shown: the row above shows them. */
  silent?: boolean;
  onToggle: (on: boolean) => void;
}

function Option({ choice, name, one, props, checked, silent, onToggle }: OptionProps) {
  const words = useWords();
  const label = choice ? words(choice.label) || name : name;
  return (
    <label class="choice" data-media={choice?.media ? "yes" : undefined}>
      <input
        type={one ? "radio" : "checkbox"}
        name={one ? props.id : undefined}
        checked={checked}
        onChange={(event) => onToggle(event.currentTarget.checked)}
      />
      <span class={silent ? "sr" : "choice-words"}>
        {choice ? words(choice.label) ? <Words text={choice.label} /> : name : label}
        {!silent && <Shows media={choice?.media} label={label} />}
      </span>
    </label>
  );
}

/** How the buttons stand. */
function layoutOf({ props, choices }: Picking): { kind: string; columns?: number } {
  const { node } = props.shown;
  if (looks(node, "likert")) return { kind: "likert", columns: choices.length };
  if (looks(node, "list-nolabel") || looks(node, "list")) return { kind: "row", columns: choices.length };
  const columns = columnsOf(node);
  if (columns !== null) return { kind: "columns", columns };
  if (looks(node, "columns-pack") || looks(node, "horizontal-compact")) return { kind: "pack" };
  if (choices.some((choice) => choice.media?.image ?? choice.media?.["big-image"])) return { kind: "pictures" };
  if (looks(node, "columns") || looks(node, "horizontal") || looks(node, "compact")) return { kind: "pictures" };
  return { kind: "list" };
}

function Buttons(picking: Picking) {
  const { props, choices, chosen, toggle } = picking;
  const { node } = props.shown;
  const { kind, columns } = layoutOf(picking);
  const style = columns ? { "--columns": String(columns) } : undefined;
  return (
    <div class="choices" data-layout={kind} data-buttons={looks(node, "no-buttons") ? "no" : undefined} style={style}>
      {choices.map((choice) => (
        <Option
          key={choice.v}
          choice={choice}
          name={choice.v}
          one={node.t === "select1"}
          props={props}
          checked={chosen.includes(choice.v)}
          silent={looks(node, "list-nolabel")}
          onToggle={(on) => toggle(choice.v, on)}
        />
      ))}
    </div>
  );
}

/** The choices' words above a table of questions, each of which has only buttons. The buttons say them themselves. */
export function Heads({ choices }: { choices: readonly ShownChoice[] }) {
  return (
    <div class="choices" data-layout="row" style={{ "--columns": String(choices.length) }} aria-hidden="true">
      {choices.map((choice) => (
        <span key={choice.v} class="choice-heading">
          <Words text={choice.label} />
          <Shows media={choice.media} label="" />
        </span>
      ))}
    </div>
  );
}

function Minimal(picking: Picking) {
  const { props, choices, chosen, toggle } = picking;
  const words = useWords();
  const one = props.shown.node.t === "select1";
  const label = (name: string) => words(choices.find((choice) => choice.v === name)?.label) || name;
  if (one) {
    return (
      <select
        class="input"
        aria-label={props.name}
        {...tied(props)}
        value={chosen[0] ?? ""}
        onChange={(event) => {
          const name = event.currentTarget.value;
          if (name) toggle(name, true);
          else props.change(null, false);
        }}
        onBlur={props.leave}
      >
        <option value="">{t("choice.choose")}</option>
        {choices.map((choice) => (
          <option key={choice.v} value={choice.v}>
            {label(choice.v)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <details class="fold">
      <summary>{chosen.length ? chosen.map(label).join(", ") : t("choice.choose")}</summary>
      <Buttons {...picking} />
    </details>
  );
}

const SHOWN = 30;

/** What is chosen stands on top; typing any part of a name, with or without marks, finds the others. */
function Searched({ props, choices, chosen, toggle }: Picking) {
  const [query, setQuery] = useState("");
  const reading = useContext(Read);
  const words = useWords();
  const one = props.shown.node.t === "select1";
  const [looking, setLooking] = useState(chosen.length === 0 || !one);
  const folded = useMemo(() => choices.map((choice) => fold(words(choice.label) || choice.v)), [choices, reading.tongue]);
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  const found = choices.filter((choice, place) => !chosen.includes(choice.v) && wanted.every((word) => folded[place]?.includes(word)));
  const top = choices.filter((choice) => chosen.includes(choice.v));
  const option = (choice: ShownChoice) => (
    <Option
      key={choice.v}
      choice={choice}
      name={choice.v}
      one={one}
      props={props}
      checked={chosen.includes(choice.v)}
      onToggle={(on) => {
        toggle(choice.v, on);
        if (one && on) {
          setLooking(false);
          setQuery("");
        }
      }}
    />
  );
  return (
    <>
      {top.length > 0 && <div class="choices">{top.map(option)}</div>}
      {!looking && top.length > 0 ? (
        <div>
          <Button onClick={() => setLooking(true)}>{t("choice.change")}</Button>
        </div>
      ) : (
        <>
          <input
            class="input"
            type="search"
            autocomplete="off"
            value={query}
            aria-label={t("choice.search", { label: props.name })}
            placeholder={t("choice.search-hint")}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <p class="soft small" role="status">
            {found.length === 0
              ? t("choice.nothing")
              : found.length > SHOWN
                ? t("choice.more", { shown: SHOWN, count: found.length })
                : t("choice.found", { count: found.length })}
          </p>
          <div class="choices">{found.slice(0, SHOWN).map(option)}</div>
        </>
      )}
    </>
  );
}

/** One question of a form on the screen, by its type. */
import type { FormNode } from "../../../../shared/form";
import type { Value } from "../../../../shared/protocol";
import { localized } from "../../../i18n";
import { formatMoment } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { here } from "../../../session";
import { Button, describedBy, Field } from "../../../ui";
import { Point } from "./point";

export interface QuestionProps {
  node: FormNode;
  value: Value | undefined;
  /** `soon`: more is likely to follow at once (typing). */
  change: (value: Value | null, soon: boolean) => void;
  /** The person leaves the question: it may now be said what is wrong. */
  leave?: () => void;
  required?: boolean;
  error?: string | undefined;
  /** Makes ids unique where a question stands on a screen twice. */
  prefix?: string;
}

/** The id of a question's control (or fieldset). */
export function questionId(path: string, prefix = "q"): string {
  return `${prefix}-${path.replace(/\//g, "--")}`;
}

interface ControlProps extends QuestionProps {
  id: string;
  described: string | undefined;
}

function asText(value: Value | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function Text({ node, value, change, leave, id, described, error, required }: ControlProps) {
  const common = {
    id,
    class: "input",
    value: asText(value),
    "aria-describedby": described,
    "aria-invalid": error ? true : undefined,
    "aria-required": required ? true : undefined,
    onBlur: leave,
  } as const;
  if (node.appearance === "multiline") {
    return <textarea {...common} rows={4} onInput={(event) => change(event.currentTarget.value || null, true)} />;
  }
  return <input {...common} type="text" autocomplete="off" onInput={(event) => change(event.currentTarget.value || null, true)} />;
}

/** A whole number; what is not one is kept as it was typed, and said to be wrong. */
export function readInteger(typed: string): Value | null {
  const plain = typed.trim();
  if (plain === "") return null;
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : typed;
}

function Integer({ node, value, change, leave, id, described, error, required }: ControlProps) {
  const count = typeof value === "number" ? value : null;
  const label = localized(node.label);
  const step = (to: number) => {
    change(to, false);
    leave?.();
  };
  return (
    <div class="stepper">
      <Button icon="minus" label={t("fill.less", { label })} onClick={() => step(Math.max(0, (count ?? 1) - 1))}>
        {""}
      </Button>
      <input
        id={id}
        class="input"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        value={asText(value)}
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
        aria-required={required ? true : undefined}
        onInput={(event) => change(readInteger(event.currentTarget.value), true)}
        onBlur={leave}
      />
      <Button icon="plus" label={t("fill.more", { label })} onClick={() => step((count ?? 0) + 1)}>
        {""}
      </Button>
    </div>
  );
}

function One({ node, value, change, id, required }: ControlProps) {
  return (
    <>
      <div class="choices">
        {node.choices?.map((choice) => (
          <label class="choice" key={choice.v}>
            <input type="radio" name={id} checked={value === choice.v} onChange={() => change(choice.v, false)} />
            <span>{localized(choice.label)}</span>
          </label>
        ))}
      </div>
      {value !== undefined && !required && (
        <div>
          <Button kind="quiet" icon="cross" onClick={() => change(null, false)}>
            {t("fill.clear")}
          </Button>
        </div>
      )}
    </>
  );
}

function Many({ node, value, change }: ControlProps) {
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (name: string, on: boolean) => {
    const next = (node.choices ?? [])
      .map((choice) => choice.v)
      .filter((each) => (each === name ? on : chosen.includes(each)));
    change(next.length ? next : null, false);
  };
  return (
    <div class="choices">
      {node.choices?.map((choice) => (
        <label class="choice" key={choice.v}>
          <input type="checkbox" checked={chosen.includes(choice.v)} onChange={(event) => toggle(choice.v, event.currentTarget.checked)} />
          <span>{localized(choice.label)}</span>
        </label>
      ))}
    </div>
  );
}

const ZONE = "+07:00";

/** A stored moment as the browser's own picker wants it: local time of the campaign, to the minute. */
function pickerValue(value: Value | undefined): string {
  if (typeof value !== "string") return "";
  if (value.endsWith(ZONE)) return value.slice(0, 16);
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? "" : new Date(moment.getTime() + 7 * 3_600_000).toISOString().slice(0, 16);
}

function Moment({ node, value, change, leave, id, described, error, required }: ControlProps) {
  const { store } = here();
  const dated = node.t === "date";
  const now = () => {
    change(dated ? store.today() : `${pickerValue(store.localNow())}${ZONE}`, false);
    leave?.();
  };
  return (
    <>
      <div class="row">
        <input
          id={id}
          class="input moment"
          type={dated ? "date" : "datetime-local"}
          value={dated ? asText(value) : pickerValue(value)}
          aria-describedby={described}
          aria-invalid={error ? true : undefined}
          aria-required={required ? true : undefined}
          onInput={(event) => {
            const picked = event.currentTarget.value;
            change(picked ? (dated ? picked : `${picked.slice(0, 16)}${ZONE}`) : null, true);
          }}
          onBlur={leave}
        />
        <Button icon="clock" onClick={now}>
          {t(dated ? "fill.today" : "fill.now")}
        </Button>
      </div>
      {!dated && typeof value === "string" && <p class="soft">{formatMoment(value)}</p>}
    </>
  );
}

const CONTROLS = {
  text: Text,
  integer: Integer,
  select1: One,
  select: Many,
  date: Moment,
  datetime: Moment,
  geopoint: Point,
} as const;

function isAsked(type: FormNode["t"]): type is keyof typeof CONTROLS {
  return type in CONTROLS;
}

/** Label, hint, control and error of one question; null for groups and notes, which ask nothing. */
export function Question(props: QuestionProps) {
  const { node, error, required, prefix } = props;
  if (!isAsked(node.t)) return null;
  const id = questionId(node.path, prefix);
  const hint = localized(node.hint) || undefined;
  const Control = CONTROLS[node.t];
  return (
    <Field
      id={id}
      label={localized(node.label)}
      hint={hint}
      error={error}
      required={required ?? false}
      group={node.t === "select1" || node.t === "select" || node.t === "geopoint"}
    >
      <Control {...props} id={id} described={describedBy(id, hint, error)} />
    </Field>
  );
}

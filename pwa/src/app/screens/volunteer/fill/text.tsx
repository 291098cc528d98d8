/** What is typed: text, whole numbers, numbers with a fraction. */
import type { Value } from "../../../../shared/protocol";
import { formatNumber } from "../../../i18n/format";
import { Button } from "../../../ui";
import { tied, type ControlProps } from "./control";
import { looks } from "./looks";
import { t } from "./t";
import { readDecimal, readInteger, showNumber } from "./typed";
import { useTyped } from "./use-typed";

function asText(value: Value | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function Text(props: ControlProps) {
  const { shown, id, change, leave } = props;
  const { node } = shown;
  const typed = useTyped({ text: asText(shown.value), read: (text) => text || null, change, leave });
  const common = { id, class: "input", placeholder: node.params?.["placeholder"], ...tied(props), ...typed } as const;
  if (looks(node, "multiline") || node.params?.["rows"]) {
    return <textarea {...common} rows={Math.min(Math.max(Number(node.params?.["rows"] ?? 4) || 4, 2), 12)} />;
  }
  const url = looks(node, "url");
  const numbers = looks(node, "numbers");
  return <input {...common} type={url ? "url" : "text"} inputMode={url ? "url" : numbers ? "numeric" : undefined} autocomplete="off" />;
}

export function Integer(props: ControlProps) {
  const { shown, id, name, change, leave } = props;
  const { node } = shown;
  const count = typeof shown.value === "number" ? shown.value : null;
  const typed = useTyped({ text: showNumber(shown.value), read: readInteger, change, leave });
  const step = (to: number) => {
    change(to, false);
    leave();
  };
  const stepper = (
    <div class="stepper">
      <Button icon="minus" label={t("fill.less", { label: name })} onClick={() => step(Math.max(Math.min(count ?? 0, 0), (count ?? 1) - 1))}>
        {""}
      </Button>
      <input id={id} class="input" type="text" inputMode="numeric" autocomplete="off" {...tied(props)} {...typed} />
      <Button icon="plus" label={t("fill.more", { label: name })} onClick={() => step((count ?? 0) + 1)}>
        {""}
      </Button>
    </div>
  );
  if (!looks(node, "thousands-sep")) return stepper;
  return (
    <>
      {stepper}
      <Read value={shown.value} when={isLong(shown.value)} />
    </>
  );
}

/** From here on nobody sees at once how many zeros there are. */
function isLong(value: Value | undefined): boolean {
  return typeof value === "number" && Math.abs(value) >= 1000;
}

/** What a typed number was taken for, with marks between its thousands. */
function Read({ value, when }: { value: Value | undefined; when: boolean }) {
  return (
    <p class="soft small" role="status">
      {when && typeof value === "number" && t("number.read", { value: formatNumber(value, 12) })}
    </p>
  );
}

export function Decimal(props: ControlProps) {
  const { shown, id, change, leave } = props;
  const typed = useTyped({ text: showNumber(shown.value), read: readDecimal, change, leave });
  // 1.234 is twelve hundred to some and one and a bit to others: what it was taken for is said.
  const unsure = /[.,]/.test(typed.value) || (looks(shown.node, "thousands-sep") && isLong(shown.value));
  return (
    <>
      <input id={id} class="input short" type="text" inputMode="decimal" autocomplete="off" {...tied(props)} {...typed} />
      <Read value={shown.value} when={unsure} />
    </>
  );
}

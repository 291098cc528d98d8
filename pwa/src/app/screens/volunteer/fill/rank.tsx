/** Putting things into an order: each has a button up and a button down; no answer until the order is touched. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../ui";
import type { ControlProps } from "./control";
import { t } from "./t";
import { Shows, useWords, Words } from "./words";

export function Rank({ shown, change }: ControlProps) {
  const words = useWords();
  const list = useRef<HTMLOListElement>(null);
  const [moved, setMoved] = useState<{ name: string; way: "up" | "down" } | null>(null);
  const choices = shown.choices ?? [];
  const given: readonly string[] = typeof shown.value === "object" ? shown.value : [];
  const ranked = given.filter((name) => choices.some((choice) => choice.v === name));
  const order = [...ranked, ...choices.map((choice) => choice.v).filter((name) => !ranked.includes(name))];
  const label = (name: string) => words(choices.find((choice) => choice.v === name)?.label) || name;
  const move = (place: number, by: 1 | -1) => {
    const next = [...order];
    const [name] = next.splice(place, 1);
    if (name === undefined) return;
    next.splice(place + by, 0, name);
    setMoved({ name, way: by < 0 ? "up" : "down" });
    change(next, false);
  };
  // The button goes along with what it moves; at an end the other one takes the focus.
  useEffect(() => {
    if (!moved) return;
    const row = list.current?.querySelector(`[data-name="${CSS.escape(moved.name)}"]`);
    const way = row?.querySelector<HTMLButtonElement>(`[data-way=${moved.way}] button`);
    (way ?? row?.querySelector("button"))?.focus();
  }, [moved, shown.value]);
  const at = moved ? order.indexOf(moved.name) + 1 : 0;
  return (
    <>
      {ranked.length === 0 && (
        <div class="stack" data-gap="small">
          <p class="soft">{t("rank.unset")}</p>
          <div>
            <Button icon="check" onClick={() => change(order, false)}>
              {t("rank.keep")}
            </Button>
          </div>
        </div>
      )}
      <ol class="rank" ref={list} data-unset={ranked.length === 0 ? "yes" : undefined}>
        {order.map((name, place) => {
          const choice = choices.find((each) => each.v === name);
          return (
            <li key={name} data-name={name}>
              <span class="rank-place">{place + 1}</span>
              <span class="rank-words">
                {words(choice?.label) ? <Words text={choice?.label} /> : name}
                <Shows media={choice?.media} label={label(name)} />
              </span>
              <span data-way="up">
                {place > 0 && (
                  <Button icon="up" label={t("rank.up", { label: label(name) })} onClick={() => move(place, -1)}>
                    {""}
                  </Button>
                )}
              </span>
              <span data-way="down">
                {place < order.length - 1 && (
                  <Button icon="down" label={t("rank.down", { label: label(name) })} onClick={() => move(place, 1)}>
                    {""}
                  </Button>
                )}
              </span>
            </li>
          );
        })}
      </ol>
      <p class="sr" role="status">
        {moved && t("rank.moved", { label: label(moved.name), place: at, count: order.length })}
      </p>
      {ranked.length > 0 && !shown.required && (
        <div>
          <Button kind="quiet" icon="cross" onClick={() => change(null, false)}>
            {t("fill.clear")}
          </Button>
        </div>
      )}
    </>
  );
}

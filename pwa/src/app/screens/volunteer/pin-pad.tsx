/** Digits by large keys, so that no keyboard covers the words; a real keyboard works too. */
import "./pin.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { StorageFull } from "../../../store";
import { explain } from "../../problems";
import { makeWait, useWait } from "./pin-wait";
import { Button, Icon } from "../../ui";
import { t } from "./persons-t";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LEAST = 4;
const MOST = 6;
/** What Enter does something of its own on. */
const OWN_ENTER = "button, a, summary, input, select";

export interface PinPadProps {
  title: string;
  /** What was wrong with the last one, or what this one is for. */
  trouble?: string | null;
  /** No try before: milliseconds since 1970. */
  until?: number;
  done: (digits: string) => Promise<void>;
  children?: ComponentChildren;
}

/** Read out once, also when it is the same again; the time that runs down is for eyes. */
function Trouble({ words, wait }: { words: string | null | undefined; wait: number }) {
  const said = useMemo(() => (wait > 0 ? t("pin.wait", { time: makeWait(wait) }) : null), [wait > 0]);
  return (
    <>
      <p class="pin-trouble small" aria-hidden="true">
        {wait > 0 ? t("pin.wait", { time: makeWait(wait) }) : words}
      </p>
      <p class="sr" role="alert">
        {said ?? words}
      </p>
    </>
  );
}

export function PinPad({ title, trouble, until = 0, done, children }: PinPadProps) {
  const [digits, setDigits] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const wait = useWait(until);
  const still = busy || wait > 0;
  const add = (digit: string) => setDigits((before) => (before.length < MOST ? before + digit : before));
  const takeBack = () => setDigits((before) => before.slice(0, -1));
  const enter = async () => {
    if (still || digits.length < LEAST) return;
    setBusy(true);
    setFailed(null);
    try {
      await done(digits);
    } catch (error) {
      setFailed(error instanceof StorageFull ? t("home.full") : explain(error));
    } finally {
      setDigits("");
      setBusy(false);
    }
  };
  // With the pad itself: on a slow phone a first digit would be lost until an effect ran.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || still) return;
      if (/^\d$/.test(event.key)) add(event.key);
      else if (event.key === "Backspace") takeBack();
      else if (event.key === "Enter" && !(event.target instanceof Element && event.target.closest(OWN_ENTER))) void enter();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return (
    <section class="pin" aria-label={title}>
      <p class="pin-title">{title}</p>
      <p class="pin-dots" role="status" aria-label={t("pin.typed", { count: digits.length })}>
        {Array.from({ length: MOST }, (_, index) => (
          <span key={index} data-on={index < digits.length ? "yes" : undefined} data-more={index >= LEAST ? "yes" : undefined} />
        ))}
      </p>
      <Trouble words={busy ? null : (failed ?? trouble)} wait={wait} />
      <div class="pin-keys">
        {KEYS.map((key) => (
          <Button key={key} busy={still} onClick={() => add(key)}>
            {key}
          </Button>
        ))}
        <button class="button" type="button" aria-label={t("pin.back")} onClick={takeBack}>
          <Icon name="erase" />
        </button>
        <Button busy={still} onClick={() => add("0")}>
          0
        </Button>
        <Button kind="primary" busy={still || digits.length < LEAST} onClick={enter}>
          {t("pin.ok")}
        </Button>
      </div>
      {children}
    </section>
  );
}

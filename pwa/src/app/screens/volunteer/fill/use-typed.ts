/**
 * A box that is typed in. While it has the focus it shows what was typed, letter by letter, and nothing is put in order under
 * the cursor: an input method for Vietnamese or Khmer would lose its place. What it composes is kept after a short pause,
 * so that a word left half written is on the disk too.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Value } from "../../../../shared/protocol";

const PAUSE = 400;

type Box = HTMLInputElement | HTMLTextAreaElement;

export interface Typed {
  readonly value: string;
  readonly onInput: (event: InputEvent & { readonly currentTarget: Box }) => void;
  readonly onCompositionEnd: (event: CompositionEvent & { readonly currentTarget: Box }) => void;
  readonly onBlur: () => void;
}

export interface Typing {
  /** The value as text. */
  readonly text: string;
  readonly read: (typed: string) => Value | null;
  readonly change: (value: Value | null, soon: boolean) => void;
  readonly leave: () => void;
}

export function useTyped({ text, read, change, leave }: Typing): Typed {
  const [typed, setTyped] = useState<string | null>(null);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; send: () => void } | null>(null);
  const sendNow = () => {
    const due = waiting.current;
    if (!due) return;
    clearTimeout(due.timer);
    waiting.current = null;
    due.send();
  };
  useEffect(() => sendNow, []);
  const give = (text: string, composing: boolean) => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    const send = () => change(read(text), true);
    waiting.current = null;
    if (composing) waiting.current = { send, timer: setTimeout(sendNow, PAUSE) };
    else send();
  };
  return {
    value: typed ?? text,
    onInput: (event) => {
      setTyped(event.currentTarget.value);
      give(event.currentTarget.value, event.isComposing);
    },
    onCompositionEnd: (event) => {
      setTyped(event.currentTarget.value);
      give(event.currentTarget.value, false);
    },
    onBlur: () => {
      sendNow();
      setTyped(null);
      leave();
    },
  };
}

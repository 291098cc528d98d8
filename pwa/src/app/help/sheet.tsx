/**
 * Help with the screen that is open: a sheet over it, so that nothing of it is touched. Escape, the button and the phone's
 * way back close it; the focus goes back to where it was.
 */
import "./help.css";
import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { help } from "../i18n/help";
import { translator } from "../i18n";
import { common } from "../i18n/common";
import { address, shown } from "../router";
import { session } from "../session";
import { Button, Dialog } from "../ui";
import { helpFor, type Told } from "./now";
import { HelpPicture } from "./picture";
import { isTold, type Step } from "./steps";

const t = translator(common, help);
const HERE = "ben-help";

/** The entry of the history that stands for the open sheet, so that the way back closes it and leaves the screen. */
function holdsBack(): boolean {
  return (history.state as { help?: string } | null)?.help === HERE;
}

interface SheetProps {
  readonly screen: string;
  readonly steps: readonly Step[];
  readonly words: Told["t"];
  readonly gone: () => void;
}

function Sheet({ screen, steps, words, gone }: SheetProps) {
  const [open, setOpen] = useState(true);
  // The step back comes a moment later, and closes it: what is tapped meanwhile doesn't reach the screen.
  const leaving = useRef(false);
  const close = () => {
    if (!holdsBack()) setOpen(false);
    else if (!leaving.current) history.back();
    leaving.current = true;
  };
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.closest("dialog")?.scrollTo(0, 0); // The focus has put the steps at the top, and the heading out of sight.
    history.pushState({ help: HERE }, "");
    const back = () => setOpen(false);
    addEventListener("popstate", back);
    // Somebody else has the phone, or another screen stands: its help isn't this one.
    const now = () => `${session.value?.profile.device ?? ""} ${address.value}`;
    const from = untracked(now);
    const stop = effect(() => {
      if (now() !== from) close();
    });
    return () => {
      removeEventListener("popstate", back);
      stop();
    };
  }, []);
  useEffect(() => {
    if (!open) gone();
  }, [open]);
  return (
    <Dialog open={open} title={t("help.title", { screen })} onClose={close} actions={<Button onClick={close}>{t("app.close")}</Button>}>
      {steps.length === 0 && <p>{t("help.missing")}</p>}
      {/* Read from its beginning: the first thing that takes the focus would be the button below. */}
      <ol class="help-steps" ref={list} tabIndex={-1} autofocus>
        {steps.map((each) => (
          <li key={each.words}>
            <span>{words(each.words)}</span>
            <HelpPicture of={each.picture} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

/** Opens it. Raises when this screen's help can't be had now. */
export async function openHelp(): Promise<void> {
  if (document.querySelector("dialog[open]")) return; // Asked for twice.
  const { steps, t: words } = await helpFor(shown.path ?? "");
  // The home screen's heading is a greeting.
  const screen = shown.path ? (document.querySelector("h1")?.textContent ?? t("app.name")) : t("nav.home");
  const told = steps.filter((each) => isTold(each, document));
  const root = document.body.appendChild(document.createElement("div"));
  const gone = () => {
    render(null, root);
    root.remove();
  };
  render(<Sheet screen={screen} steps={told} words={words} gone={gone} />, root);
}

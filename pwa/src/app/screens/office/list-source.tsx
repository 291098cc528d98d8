/** Where a list comes from: a file, or what is pasted from a spreadsheet. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { translator } from "../../i18n";
import { lists } from "../../i18n/lists";
import { Button, describedBy, Field } from "../../ui";
import "./list-source.css";

const t = translator(lists);

interface ListSourceProps {
  readonly pasted: string;
  readonly paste: (text: string) => void;
  /** `file`: its name; null: it was pasted. */
  readonly read: (list: Blob, file: string | null) => Promise<void>;
  readonly reading: boolean;
  /** What stands beside the choice of a file. */
  readonly children?: ComponentChildren;
}

export function ListSource({ pasted, paste, read, reading, children }: ListSourceProps) {
  const input = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file) await read(file, file.name);
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <input
        ref={input}
        class="sr"
        type="file"
        tabIndex={-1}
        aria-label={t("list.file")}
        accept=".xlsx,.xlsm,.xls,.csv,.tsv,.txt"
        onChange={(event) => choose(event.currentTarget.files?.[0])}
      />
      <div class="row">
        <Button kind="primary" icon="up" busy={reading} onClick={() => input.current?.click()}>
          {t(reading ? "list.reading" : "list.file")}
        </Button>
        {children}
      </div>
      <Pasting pasted={pasted} paste={paste} read={read} reading={reading} />
    </>
  );
}

function Pasting({ pasted, paste, read, reading }: ListSourceProps) {
  const id = useId();
  const [tried, setTried] = useState(false);
  const missing = tried && !pasted.trim() ? t("list.paste.missing") : undefined;
  const go = async (): Promise<void> => {
    setTried(true);
    if (pasted.trim()) await read(new Blob([pasted], { type: "text/plain" }), null);
  };
  return (
    <>
      <Field id={id} label={t("list.paste")} hint={t("list.paste.hint")} error={missing}>
        <textarea
          id={id}
          class="input list-paste"
          rows={5}
          spellcheck={false}
          value={pasted}
          aria-invalid={missing ? "true" : undefined}
          aria-describedby={describedBy(id, true, missing)}
          onInput={(event) => paste(event.currentTarget.value)}
        />
      </Field>
      <div class="row">
        <Button icon="check" busy={reading} onClick={go}>
          {t("list.paste.read")}
        </Button>
      </div>
    </>
  );
}

interface ListOriginProps {
  /** What was read, and from where. */
  readonly words: string;
  /** Columns of which nothing is kept: said, so that nobody looks for them later. */
  readonly leftOut: readonly string[];
}

export function ListOrigin({ words, leftOut }: ListOriginProps) {
  const said = useRef<HTMLParagraphElement>(null);
  // The button that had the list read is gone, and with it the keyboard's place.
  useEffect(() => {
    if (document.activeElement === document.body) said.current?.focus();
  }, []);
  return (
    <p ref={said} tabIndex={-1}>
      {words}
      {leftOut.length > 0 && (
        <span class="small soft">
          <br />
          {t("list.left-out", { names: leftOut.join(", ") })}
        </span>
      )}
    </p>
  );
}

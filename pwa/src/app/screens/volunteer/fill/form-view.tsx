/**
 * A form on the screen, page by page or in one scroll: what a phone shows while it is filled in, and what the office's
 * preview shows. `useSheets` says which page is open; `FormView` draws it; `Steps` goes between pages.
 */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { CompiledForm } from "../../../../shared/form";
import { LANGUAGE_NAMES } from "../../../i18n";
import { Button } from "../../../ui";
import "./fill.css";
import { wrongIn, type Filling } from "./filling";
import { goTo } from "./go-to";
import { looks } from "./looks";
import { pageAt, pageOf, pagesOf, pathsOn, type Sheet } from "./pages";
import { Filled, Parts } from "./parts";
import { t } from "./t";
import { Read, Words } from "./words";

export interface Sheets {
  readonly pages: readonly Sheet[];
  readonly at: number;
  /** Opens the page of a question and puts the cursor there. */
  readonly show: (path: string) => void;
  readonly next: () => void;
  readonly back: () => void;
}

/** `key`: the page wanted, as the address names it. `turn` opens another one; `back`: it is the one before. */
export function useSheets(filling: Filling, key: string | null, turn: (key: string, back: boolean) => void): Sheets {
  const { form } = filling;
  const view = filling.view.value;
  const pages = useMemo(() => pagesOf(form, view), [form, view]);
  const at = pageAt(form, pages, key);
  // Asked anew, since the answer that was just given may have brought pages or taken some away.
  const now = () => {
    const fresh = pagesOf(form, filling.view.peek());
    return { fresh, here: pageAt(form, fresh, pages[at]?.key ?? key) };
  };
  const open = (fresh: readonly Sheet[], place: number, from: number) => {
    const page = fresh[place];
    if (page && place !== from) turn(page.key, place < from);
  };
  return {
    pages,
    at,
    show: (path) => {
      const { fresh, here } = now();
      filling.reveal(path);
      open(fresh, pageOf(fresh, path), here);
      goTo(path);
    },
    next: () => {
      const { fresh, here } = now();
      const page = fresh[here];
      const wrong = page ? wrongIn(page.shown).map((found) => found.path) : [];
      const { asked } = filling.telling.peek();
      // What is missing is said once; whoever goes on all the same is let through: nothing is lost, and 'finish' asks again.
      const untold = wrong.find((path) => !asked.has(path));
      if (page && untold !== undefined) {
        filling.ask(pathsOn(page.shown));
        filling.reveal(untold);
        goTo(wrong[0] ?? untold);
      } else open(fresh, here + 1, here);
    },
    back: () => {
      const { fresh, here } = now();
      open(fresh, here - 1, here);
    },
  };
}

export interface FormViewProps {
  filling: Filling;
  sheets: Sheets;
  /** Where the form's files are. */
  file: (name: string) => string;
}

export function FormView({ filling, sheets, file }: FormViewProps) {
  const tongue = filling.tongue.value;
  const { languages } = filling.form;
  const telling = filling.telling.value;
  const page = sheets.pages[sheets.at];
  const reading = useMemo(() => ({ tongue, languages, file }), [tongue, languages, file]);
  return (
    <Filled.Provider value={filling}>
      <Read.Provider value={reading}>
        <Languages filling={filling} />
        {page?.around.length ? (
          <p class="page-around soft">
            {page.around.map((group, place) => (
              <span key={group.path}>
                {place > 0 && " · "}
                <Words text={group.label} />
              </span>
            ))}
          </p>
        ) : null}
        {page && (
          <div class="stack" key={page.key} onChange={() => goesOn(filling, page) && setTimeout(sheets.next, A_MOMENT)}>
            <Parts shown={page.shown} telling={telling} />
          </div>
        )}
      </Read.Provider>
    </Filled.Provider>
  );
}

/** A language that has no code is called by its name. */
const TAG = /^[a-z]{2,3}(-|$)/;

/** Long enough to see what was chosen. */
const A_MOMENT = 250;

/** 'quick': the choice itself goes on to the next page. */
function goesOn({ form }: Filling, { shown }: Sheet): boolean {
  const node = shown.length === 1 ? shown[0]?.node : undefined;
  return form.style === "pages" && node?.t === "select1" && looks(node, "quick");
}

function nameOf(form: CompiledForm, tongue: string): string {
  const names: Readonly<Record<string, string>> = LANGUAGE_NAMES;
  return form.called?.[tongue] ?? names[tongue] ?? tongue;
}

/** The form's texts in another language, at any time: for somebody who is asked in theirs. */
function Languages({ filling }: { filling: Filling }) {
  const { form } = filling;
  if (form.languages.length < 2) return null;
  return (
    <label class="tongue">
      <span class="small soft">{t("form.language")}</span>
      <select class="input" value={filling.tongue.value} onChange={(event) => filling.speak(event.currentTarget.value)}>
        {form.languages.map((each) => (
          <option key={each} value={each} lang={TAG.test(each) ? each : undefined}>
            {nameOf(form, each)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Back and next, nearest to the thumb; and where one is. */
export function Steps({ sheets, children }: { sheets: Sheets; children?: ComponentChildren }) {
  const { pages, at } = sheets;
  if (pages.length < 2) return <>{children}</>;
  const last = at === pages.length - 1;
  return (
    <>
      <p class="sr" role="status">
        {t("page.number", { number: at + 1, count: pages.length })}
      </p>
      <div class="steps">
        {at > 0 && (
          <Button icon="back" onClick={sheets.back}>
            {t("page.back")}
          </Button>
        )}
        {last ? (
          children
        ) : (
          <Button kind="primary" icon="arrow" onClick={sheets.next}>
            {t("page.next")}
          </Button>
        )}
      </div>
    </>
  );
}

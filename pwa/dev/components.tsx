/** A page for developers: every part of the app's screens in every state, in the language, size, width and colours chosen. */
import "../src/app/styles/tokens.css";
import "../src/app/styles/base.css";
import "../src/app/styles/khmer.css";
import "../src/app/styles/ui.css";
import "../src/app/styles/shell.css";
import "../src/app/styles/screens.css";
import "./components.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { followLanguage, language, LANGUAGE_NAMES, LANGUAGES } from "../src/app/i18n";
import { chooseLanguage, fetchLater } from "../src/app/i18n/common";
import { EXAMPLES, type Example } from "./examples";

// Whatever else there is: sheets that the app fetches later, colours for the night and for full sun.
import.meta.glob("../src/app/styles/*.css", { eager: true });

const SIZES = ["100%", "150%", "200%"];
const WIDTHS = ["100%", "360px", "768px"];
/** Values of `data-theme` on the root; the first leaves it to the app's own default. */
const THEMES = ["", "light", "dark", "sun"];
const width = signal(WIDTHS[0]);

interface ChoiceProps {
  label: string;
  options: readonly (readonly [string, string])[];
  choose: (value: string) => void;
  value?: string;
}

function Choice({ label, options, choose, value }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([each, name]) => <option key={each} value={each}>{name}</option>)}
      </select>
    </label>
  );
}

const same = (values: readonly string[]): (readonly [string, string])[] => values.map((value) => [value, value || "default"]);

function chooseTheme(theme: string): void {
  if (theme) document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
}

function Controls() {
  return (
    <header class="controls" lang="en">
      <Choice
        label="Language"
        value={language.value}
        options={LANGUAGES.map((each) => [each, LANGUAGE_NAMES[each]])}
        choose={(chosen) => void chooseLanguage(LANGUAGES.find((each) => each === chosen) ?? "vi")}
      />
      <Choice label="Size of text" options={same(SIZES)} choose={(size) => (document.documentElement.style.fontSize = size)} />
      <Choice label="Width" options={same(WIDTHS)} choose={(chosen) => (width.value = chosen)} />
      <Choice label="Colours" options={same(THEMES)} choose={chooseTheme} />
    </header>
  );
}

function Part({ name, examples }: { name: string; examples: readonly Example[] }) {
  return (
    <section aria-label={name} id={name}>
      <h2 lang="en">{name}</h2>
      <div class="examples" data-small={name === "Icon" || name === "StateChip" ? "" : undefined}>
        {examples.map(({ state, Show }) => (
          <figure key={state}>
            <figcaption lang="en">{state}</figcaption>
            <Show />
          </figure>
        ))}
      </div>
    </section>
  );
}

export function Components() {
  return (
    <>
      <Controls />
      <div class="shelf" style={{ maxWidth: width.value }}>
        {Object.entries(EXAMPLES).map(([name, examples]) => <Part key={name} name={name} examples={examples} />)}
      </div>
    </>
  );
}

async function start(): Promise<void> {
  followLanguage();
  await fetchLater();
  if (!(await chooseLanguage(language.peek()))) await chooseLanguage("vi");
  const root = document.getElementById("app");
  if (root) render(<Components />, root);
}

void start();

/** What every contestant's page gives to bench/forms.py, and the light screen that those without one of their own get. */

export interface Contestant {
  /** Loads the engine and the form and shows the first question. */
  open(): Promise<void>;
  /** How many questions there are. */
  questions(): number;
  /** Answers one as a person would, and shows what follows from it. */
  answer(index: number): void;
  /** Questions that something is wrong with, so that work can't be put off. */
  wrong(): number;
}

declare global {
  interface Window {
    contestant: Contestant;
  }
}

/** A question as the light screen shows it. */
export interface Line {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly wrong: string;
  readonly choices: readonly (readonly [string, string])[];
}

/** One question at a time; only what changed on it is written to the document. */
export function show(line: Line): void {
  const element = place();
  write(element.label, line.label);
  write(element.wrong, line.wrong);
  if (element.input.value !== line.value) element.input.value = line.value;
  const choices = line.choices.map(([value, label]) => `${value} ${label}`).join("\n");
  if (element.choices.dataset.shown !== choices) {
    element.choices.dataset.shown = choices;
    element.choices.replaceChildren(...line.choices.map(([value, label]) => choice(value, label)));
  }
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function choice(value: string, label: string): HTMLElement {
  const button = document.createElement("button");
  button.value = value;
  button.textContent = label;
  return button;
}

interface Place {
  readonly label: HTMLElement;
  readonly input: HTMLInputElement;
  readonly choices: HTMLElement;
  readonly wrong: HTMLElement;
}

let kept: Place | null = null;

function place(): Place {
  if (kept !== null) return kept;
  kept = {
    label: document.createElement("label"),
    input: document.createElement("input"),
    choices: document.createElement("div"),
    wrong: document.createElement("p"),
  };
  document.body.replaceChildren(kept.label, kept.input, kept.choices, kept.wrong);
  return kept;
}

/** The same answers for everybody, by the question's number and type. */
export function answerOf(index: number, kind: string, choices: readonly string[]): string {
  if (choices.length > 0) return choices[index % choices.length] ?? "";
  if (kind === "integer" || kind === "int") return String(index % 1200);
  if (kind === "decimal") return `${index % 50}.5`;
  if (kind === "date") return index % 3 === 0 ? "2030-01-01" : "2024-02-29";
  return index % 2 === 0 ? "Seen from the road" : "Nr. 12";
}

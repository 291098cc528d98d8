/** A compiled form and what runs on it: the shapes that `server/forms/compile.py` makes. */

export type Texts = Record<string, string>;

/** What a document holds for a question: text, whole number, choices in the form's order, or nothing. */
export type Value = string | number | string[] | null;

/** Path of a question → its value. */
export type Values = Readonly<Record<string, unknown>>;

export type Operator = "or" | "and" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "div" | "mod";

export type Expr =
  | readonly ["lit", string | number | boolean]
  | readonly ["path", string]
  | readonly ["self"]
  | readonly ["op", Operator, Expr, Expr]
  | readonly ["neg", Expr]
  | readonly ["fn", string, ...Expr[]];

export type LeafType = "text" | "integer" | "select1" | "select" | "date" | "datetime" | "geopoint";

export interface Choice {
  v: string;
  label: Texts;
}

export interface FormNode {
  t: LeafType | "group" | "note";
  name: string;
  path: string;
  /** Position on the wire; only questions have one. */
  pos?: number;
  label: Texts;
  hint?: Texts;
  required?: Expr;
  relevant?: Expr;
  constraint?: Expr;
  /** Shown when the constraint doesn't hold. */
  message?: Texts;
  merge?: "ask" | "latest";
  appearance?: "multiline";
  choices?: Choice[];
  children?: FormNode[];
}

export interface CompiledForm {
  key: string;
  version: string;
  hash: string;
  languages: string[];
  title: Texts;
  /** Path of each question by its position on the wire. */
  fields: string[];
  /** Path of the date that a record is counted by. */
  occurrence: string;
  nodes: FormNode[];
}

export type ViolationKind = "type" | "length" | "choice" | "required" | "constraint" | "unknown";

export interface Violation {
  path: string;
  kind: ViolationKind;
  message: Texts;
}

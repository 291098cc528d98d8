/** A compiled form, as the server's forms folder makes it and every layer of the app reads it. */

import type { Localized } from "./language";
import type { Scalar } from "./protocol";

/** ODK XPath, compiled. `self` is the question's own value. */
export type Expression =
  | readonly ["lit", Scalar | boolean]
  | readonly ["path", string]
  | readonly ["self"]
  | readonly ["op", Operator, Expression, Expression]
  | readonly ["neg", Expression]
  | readonly ["fn", string, ...Expression[]];

export type Operator = "or" | "and" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "div" | "mod";

export type NodeType = "group" | "text" | "integer" | "select1" | "select" | "date" | "datetime" | "geopoint" | "note";

export interface Choice {
  readonly v: string;
  readonly label: Localized;
}

export interface FormNode {
  readonly t: NodeType;
  readonly name: string;
  readonly path: string;
  /** Position in `CompiledForm.fields`; leaves only. */
  readonly pos?: number;
  readonly label?: Localized;
  readonly hint?: Localized;
  readonly required?: Expression;
  readonly relevant?: Expression;
  readonly constraint?: Expression;
  readonly message?: Localized;
  readonly merge?: "ask" | "latest";
  readonly appearance?: string;
  readonly choices?: readonly Choice[];
  readonly children?: readonly FormNode[];
}

export interface CompiledForm {
  readonly key: string;
  readonly version: string;
  readonly hash: string;
  readonly languages: readonly string[];
  readonly title: Localized;
  /** Leaf paths by their position on the wire. */
  readonly fields: readonly string[];
  /** Path of the date that the record is counted by. */
  readonly occurrence?: string | null;
  readonly nodes: readonly FormNode[];
}

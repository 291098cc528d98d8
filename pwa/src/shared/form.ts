/** A compiled form, as the server's forms folder makes it and every layer of the app reads it (docs/xlsform.md). */

import type { Localized } from "./language";
import type { Scalar } from "./protocol";

/**
 * ODK XPath, compiled. Paths are those of fields, without items' ids; `~` stands for a hyphen in a name.
 * `self`: the question's own value. `path`: one answer outside repeats. `all`: every node at a path. `rel`, `cur`: so many
 * steps up from the node that is looked at, or from the one that the expression belongs to, then down. `walk`: from a
 * start along steps with predicates.
 */
export type Expression =
  | readonly ["lit", Scalar | boolean]
  | readonly ["path", string]
  | readonly ["all", string]
  | readonly ["rel", number, string]
  | readonly ["cur", number, string]
  | readonly ["walk", Start, ...Step[]]
  | readonly ["self"]
  | readonly ["op", Operator, Expression, Expression]
  | readonly ["neg", Expression]
  | readonly ["fn", string, ...Expression[]];

export type Start = readonly ["root"] | Expression;
/** An axis, a name ('*' for any) and predicates. */
export type Step = readonly [Axis, string, ...Expression[]];
export type Axis =
  | "child"
  | "parent"
  | "self"
  | "attribute"
  | "descendant"
  | "descendant-or-self"
  | "ancestor"
  | "ancestor-or-self"
  | "following-sibling"
  | "preceding-sibling";

export type Operator =
  | ("or" | "and" | "=" | "!=" | "<" | "<=" | ">" | ">=")
  | ("+" | "-" | "*" | "div" | "mod")
  | "|";

/** What asks for an answer, or holds one. */
export type LeafType =
  | ("text" | "integer" | "decimal" | "range" | "date" | "time" | "datetime")
  | ("select1" | "select" | "rank")
  | ("geopoint" | "geotrace" | "geoshape")
  | ("image" | "audio" | "video" | "file" | "barcode" | "acknowledge")
  | ("calculate" | "hidden");

export type NodeType = LeafType | "group" | "repeat" | "note";

/**
 * A text by language. `￼3￼` (U+FFFC around a number) stands for the value of `CompiledForm.out[3]`, evaluated at the node
 * that the text belongs to.
 */
export type FormText = Localized;

/** Names of files beside the form, by language. */
export type Media = Readonly<Partial<Record<"image" | "big-image" | "audio" | "video", FormText>>>;

export interface Choice {
  readonly v: string;
  readonly label: FormText;
  readonly media?: Media;
}

/** Choices that depend on other answers, or come from a list that others use as well. */
export interface ItemSet {
  /** The nodes to choose from. */
  readonly from: Expression;
  /** Evaluated at each of those nodes: what is kept, and what is shown. */
  readonly value: Expression;
  readonly label?: Expression;
}

/** What sets a value by itself (ODK's setvalue and setgeopoint). */
export interface Action {
  /** 'first': the record is begun; 'load': it is opened; 'item': an item around it is added; 'change': `of` changed. */
  readonly on: "first" | "load" | "item" | "change";
  /** Path of the question whose change sets it. */
  readonly of?: string;
  readonly value?: Expression;
  /** The value is where the phone is. */
  readonly here?: true;
}

export type Meta =
  | ("start" | "end" | "today" | "instanceID" | "audit" | "start-geopoint" | "background-audio")
  | ("deviceid" | "username" | "email" | "phonenumber");

/** An item that a record begins with, by path below it: answers that differ, and the items of repeats in it. */
export interface StartItem {
  readonly [path: string]: Scalar | readonly string[] | readonly StartItem[];
}

export interface FormNode {
  readonly t: NodeType;
  readonly name: string;
  /** Where its answer is. Of a group that exists on the screen only the last name begins with '~'. */
  readonly path: string;
  /** Position in `CompiledForm.fields`; leaves and repeats only. */
  readonly pos?: number;
  readonly label?: FormText;
  readonly hint?: FormText;
  readonly guidance?: FormText;
  readonly media?: Media;
  readonly required?: Expression;
  readonly requiredMessage?: FormText;
  readonly relevant?: Expression;
  readonly constraint?: Expression;
  readonly message?: FormText;
  readonly readonly?: Expression;
  readonly merge?: "ask" | "latest" | "max" | "min" | "sum" | "union" | "text";
  /** Words separated by spaces, small letters. */
  readonly appearance?: string;
  readonly choices?: readonly Choice[];
  readonly items?: ItemSet;
  /** The answer that a new record or item begins with. */
  readonly default?: Scalar | readonly string[];
  readonly calculate?: Expression;
  /** Of `calculate` and `hidden`: what their values are, where it is not text; of `range`: 'integer' or 'decimal'. */
  readonly type?: LeafType;
  readonly meta?: Meta;
  readonly set?: readonly Action[];
  /** Of `range`: from, to, by. */
  readonly range?: readonly [number, number, number];
  /** Parameters of the question as the form writes them ('max-pixels', 'accuracyThreshold', …). */
  readonly params?: Readonly<Record<string, string>>;
  /** Of `file`: what may be chosen ('image/*'). */
  readonly accept?: string;
  /** Of `repeat`: how many items there are; without it the person adds and removes them. */
  readonly count?: Expression;
  /** Of `repeat`: the person can't add or remove items. */
  readonly fixed?: true;
  /** Of `repeat`: the items that a new record, or a new item around it, begins with. */
  readonly start?: readonly StartItem[];
  readonly children?: readonly FormNode[];
}

/** A secondary instance: a table, a tree (name, children or text, attributes), or the last record that was saved. */
export type Instance =
  | { readonly root: string; readonly item: string; readonly cols: readonly string[]; readonly rows: readonly Row[] }
  | { readonly tree: Element }
  | { readonly last: true };
export type Row = readonly (string | null)[];
export type Element = readonly [string, readonly Element[] | string, Readonly<Record<string, string>>?];

export interface CompiledForm {
  readonly key: string;
  readonly version: string;
  readonly hash: string;
  /** Keys of the texts; the first is the form's own. */
  readonly languages: readonly string[];
  /** What the languages are called that the app has no name for. */
  readonly called?: Readonly<Record<string, string>>;
  readonly title: Localized;
  /** Paths of leaves and repeats by their position on the wire. */
  readonly fields: readonly string[];
  /** Path of the date that the record is counted by. */
  readonly occurrence?: string | null;
  /** 'pages': one question or field list on the screen at a time. Without it the form scrolls. */
  readonly style?: "pages";
  /** What is shown, in its order. */
  readonly nodes: readonly FormNode[];
  /** What nothing shows: calculates, hidden values, metadata, groups that only hide. */
  readonly hidden?: readonly FormNode[];
  /** Secondary instances by id. */
  readonly instances?: Readonly<Record<string, Instance>>;
  /** Texts of choices by their id in an instance. */
  readonly texts?: Readonly<Record<string, { readonly label: FormText; readonly media?: Media }>>;
  /** Values inside texts. */
  readonly out?: readonly Expression[];
  /** Names of the files that the form's texts show. */
  readonly files?: readonly string[];
  /** Names of files that lists are in and that were not uploaded yet: such a form can't be published. */
  readonly missing?: readonly string[];
}

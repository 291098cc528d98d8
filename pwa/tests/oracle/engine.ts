/** ODK's own engine, as far as the comparison needs it, and its state by place. */

import type { OracleCase } from "./cases";

export interface OdkText {
  readonly asString: string;
}

export interface OdkState {
  readonly reference: string;
  readonly readonly: boolean;
  readonly relevant: boolean;
  readonly required: boolean;
  readonly label: OdkText | null;
  readonly hint: OdkText | null;
  readonly children: readonly OdkNode[] | null;
  readonly valueOptions: readonly { readonly value: string; readonly label: OdkText }[] | null;
  readonly instanceValue?: string;
}

export interface OdkNode {
  readonly nodeType: string;
  readonly valueType?: string;
  readonly selectType?: string;
  readonly currentState: OdkState;
  readonly validationState: { readonly violation?: { readonly condition: "constraint" | "required" } | null };
  setValue(value: unknown): unknown;
  setValues(values: readonly string[]): unknown;
  selectValues(values: readonly string[]): unknown;
  addInstances(afterIndex?: number, count?: number): unknown;
  removeInstances(startIndex: number, count?: number): unknown;
}

interface OdkRoot extends OdkNode {
  readonly languages: readonly unknown[];
}

interface Loaded {
  readonly status: string;
  readonly error: { readonly message: string } | null;
  createInstance(config: unknown): { readonly root: OdkRoot };
}

export interface OdkEngine {
  loadForm(xml: string, options: unknown): Promise<Loaded>;
}

/** What the phone is, to both. */
export const ABOUT = { deviceid: "ben:phone-17", username: "hoa", email: "hoa@example.org", phonenumber: "0900000000" };

/** A new record of the form in ODK's engine; throws with its own words where it takes the form for none. */
export async function begin(engine: OdkEngine, { xml, files }: OracleCase): Promise<OdkNode> {
  const loaded = await engine.loadForm(xml, {
    missingResourceBehavior: "BLANK",
    fetchFormAttachment: (url: URL) => {
      const content = files[decodeURIComponent(String(url).split("/").at(-1) ?? "")];
      if (content === undefined) return Promise.resolve(new Response("", { status: 404 }));
      return Promise.resolve(new Response(Buffer.from(content, "base64")));
    },
  });
  if (loaded.status === "failure") throw new Error(loaded.error?.message ?? "the form was not loaded");
  const preloadProperties = {
    deviceID: ABOUT.deviceid,
    username: ABOUT.username,
    email: ABOUT.email,
    phoneNumber: ABOUT.phonenumber,
  };
  return loaded.createInstance({ preloadProperties }).root;
}

/** The node's place: names from the root down, '~' for hyphens, an item's number from 0: `rooms/0/bed~count`. */
export function placeOf(node: OdkNode): string {
  const parts: string[] = [];
  for (const step of node.currentState.reference.split("/").slice(2)) {
    const match = /^(?:[^:]*:)?([^[]+)(?:\[(\d+)\])?$/.exec(step);
    parts.push((match?.[1] ?? step).replaceAll("-", "~"));
    if (match?.[2] !== undefined) parts.push(String(Number(match[2]) - 1));
  }
  return parts.join("/");
}

/** All nodes below one, by place; attributes are none. */
export function nodesOf(root: OdkNode): Map<string, OdkNode> {
  const found = new Map<string, OdkNode>();
  const visit = (node: OdkNode): void => {
    for (const child of node.currentState.children ?? []) {
      found.set(placeOf(child), child);
      visit(child);
    }
  };
  visit(root);
  return found;
}

export function isLeaf(node: OdkNode): boolean {
  return node.currentState.children === null;
}

export function isRange(node: OdkNode): boolean {
  return node.nodeType.startsWith("repeat-range");
}

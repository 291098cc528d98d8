/** Hash routes: the address after `#/` chooses the screen, so that the app opens anywhere without a server. */
import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";

export type Parameters = Record<string, string>;
export type Screen = ComponentType<{ parameters: Parameters }>;

export interface Route {
  /** Segments after `#/`; a segment that starts with a colon is a parameter. */
  readonly path: string;
  /** Which entry of the navigation it lights, where its first segment isn't that entry's name. */
  readonly section?: string;
  /** Needs no profile on this phone. */
  readonly open?: boolean;
  /** Takes the whole screen: no navigation at the bottom, so that the thumb finds only what finishes the work. */
  readonly focused?: boolean;
  /** A screen that comes with the shell, or… */
  readonly screen?: Screen;
  /** …one whose code is fetched when it is first opened. */
  readonly load?: () => Promise<{ default: Screen }>;
}

function current(): string {
  return location.hash.replace(/^#\/?/, "");
}

/** The address now, without `#/`. */
export const address = signal(current());

addEventListener("hashchange", () => {
  address.value = current();
});

export interface Going {
  /** Leaves no step back, for a screen that is done. */
  readonly replace?: boolean;
  /** Where the person was when this began: who has gone elsewhere meanwhile is not fetched back. */
  readonly from?: string;
}

/** Goes to a screen. */
export function go(path: string, options: Going = {}): void {
  if (options.from !== undefined && options.from !== current()) return;
  if (options.replace) history.replaceState(null, "", `#/${path}`);
  else history.pushState(null, "", `#/${path}`);
  address.value = path;
}

function parametersOf(path: string, at: string): Parameters | null {
  const wanted = path.split("/");
  const given = at.split("?")[0]?.split("/") ?? [];
  if (wanted.length !== given.length) return null;
  const found: Parameters = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith(":")) found[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return null;
  }
  return found;
}

/** The first route of the table that fits the address, with its parameters. */
export function match(routes: readonly Route[], at: string): { route: Route; parameters: Parameters } | null {
  for (const route of routes) {
    const parameters = parametersOf(route.path, at);
    if (parameters) return { route, parameters };
  }
  return null;
}

/** The path of the route on the screen; `persons` or `welcome` where nobody has opened the app. */
export const shown: { path?: string | undefined } = {};

/** What follows `?` in the address, as a map. */
export const query = computed(() => new URLSearchParams(address.value.split("?")[1] ?? ""));

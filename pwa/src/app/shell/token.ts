/** An enrolment link's token leaves the address bar and the history at once; only this page's memory keeps it. */
import { signal } from "@preact/signals";
import { address } from "../router";

export const token = signal<string | null>(null);

/** Takes the token out of `#/enrol/<token>`; for the start, and for a link opened while the app is open. */
export function takeToken(): void {
  const found = /^enrol\/([^/?]+)/.exec(address.peek());
  if (!found?.[1]) return;
  token.value = decodeURIComponent(found[1]);
  history.replaceState(null, "", "#/enrol");
  address.value = "enrol";
}

addEventListener("hashchange", takeToken);

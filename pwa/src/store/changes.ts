/** Tells everybody on this phone what was committed: this page at once, other tabs and the worker by BroadcastChannel. */

import type { Change } from "./types";

type Listener = (changes: ReadonlySet<Change>) => void;

const KNOWN: ReadonlySet<string> = new Set<Change>(["drafts", "outbox", "records", "documents", "profile", "photos"]);

export class Changes {
  private readonly listeners = new Set<Listener>();
  private readonly channel: BroadcastChannel | null;

  constructor(name: string) {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
    if (this.channel) {
      this.channel.onmessage = (event: MessageEvent<unknown>) => {
        const said = Array.isArray(event.data) ? event.data : [];
        this.notify(new Set(said.filter((item): item is Change => KNOWN.has(String(item)))));
      };
    }
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** After the commit, never before. */
  announce(...changes: readonly Change[]): void {
    this.channel?.postMessage(changes);
    this.notify(new Set(changes));
  }

  close(): void {
    this.listeners.clear();
    this.channel?.close();
  }

  private notify(changes: ReadonlySet<Change>): void {
    if (changes.size === 0) return;
    for (const listener of [...this.listeners]) listener(changes);
  }
}

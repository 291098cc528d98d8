/**
 * The sending of photos, in a page: after the records, and never in their way.
 *
 * Rules:
 * - It begins when a run of the sync loop has ended well, which is also how the phone has learned what the server lacks.
 *   While a record is on its way, no photo is.
 * - Small pictures first, then the whole ones, each gone on with where it was cut.
 * - One at a time for a profile, in whatever tab (Web Locks).
 * - What the server will not have stays on the phone and is not tried again until a person asks.
 */

import { effect, signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { ProblemError } from "../shared/problem";
import type { PhotoStore } from "../store/contract";
import type { Change, Photo, Piece } from "../store/types";
import { backoff } from "./backoff";
import type { SyncHandle } from "./contract";
import { alone } from "./lock";

/** What is on its way now. */
export interface PhotoProgress {
  readonly name: string;
  /** Bytes; of the whole picture. */
  readonly sent: number;
  readonly size: number;
  /** How many have landed whole in this go, and of how many. */
  readonly landed: number;
  readonly of: number;
}

export interface PhotoHandle {
  readonly progress: Signal<PhotoProgress | null>;
  /** By a person's wish: also what was refused before. */
  insist(): Promise<void>;
  stop(): void;
}

interface Watched extends PhotoStore {
  subscribe(changed: (changes: ReadonlySet<Change>) => void): () => void;
}

/** Statuses that say nothing about the photo itself. */
const PASSING: ReadonlySet<number> = new Set([401, 403, 404, 408, 409, 410, 423, 429]);
/** The bytes were changed on their way: sent anew from their start. */
const ALTERED = "attachment-altered";
/** The server has more of it than was thought: a browser repeats a part by itself when a connection that it kept breaks. */
const ELSEWHERE = "upload-offset";
/** As often in a row the server is asked at once where it is. */
const ASKED = 3;

export function startPhotos(store: Watched, sync: SyncHandle): PhotoHandle {
  const sending = new PhotoSending(store, sync);
  return { progress: sending.progress, insist: () => sending.insist(), stop: sending.start() };
}

class PhotoSending {
  readonly progress = signal<PhotoProgress | null>(null);
  private under: AbortController | null = null;
  private failures = 0;
  /** Parts in a row that began where the server was not. */
  private misplaced = 0;
  /** How far each has come: a link on which something arrives needs no growing pauses, whatever answers are lost on it. */
  private readonly reached = new Map<string, number>();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private wanted = false;

  constructor(
    private readonly store: Watched,
    private readonly sync: SyncHandle,
  ) {}

  /** Gives the way to stop it. */
  start(): () => void {
    const stopWatching = effect(() => {
      const { state, waiting } = this.sync.status.value;
      if (state === "idle") void this.go();
      else if (state !== "sending" || waiting > 0) this.pause();
    });
    // What goes on over a network that is no more would hang.
    const anew = (): void => this.pause();
    addEventListener("online", anew);
    addEventListener("offline", anew);
    return () => {
      this.stopped = true;
      stopWatching();
      removeEventListener("online", anew);
      removeEventListener("offline", anew);
      clearTimeout(this.retry);
      this.pause();
    };
  }

  async insist(): Promise<void> {
    for (const photo of await this.store.lacked()) if (photo.refused) await this.store.uploadRefused(photo.name, null);
    this.failures = 0;
    await this.sync.insist();
    await this.go();
  }

  private pause(): void {
    this.under?.abort(new Paused());
  }

  private async go(): Promise<void> {
    if (this.stopped || this.sync.status.peek().state !== "idle") return;
    if (this.under) {
      this.wanted = true; // Paused a moment ago, it may just be ending.
      return;
    }
    const under = new AbortController();
    this.under = under;
    clearTimeout(this.retry);
    try {
      if ((await nextOf(this.store)) === null) return;
      await alone(this.store, under.signal, (renew) => this.sendAll(under.signal, renew), "photos");
      this.failures = 0;
    } catch (error) {
      if (!under.signal.aborted) this.later(error);
    } finally {
      this.under = null;
      this.progress.value = null;
    }
    if (!this.wanted) return;
    this.wanted = false;
    await this.go();
  }

  private later(error: unknown): void {
    if (this.stopped) return;
    this.failures += 1;
    this.retry = setTimeout(() => void this.again(error), backoff(this.failures, Math.random()));
  }

  /** The sync loop first: it knows by what the network is tried, and asks again what the server lacks. */
  private async again(error: unknown): Promise<void> {
    if (document.visibilityState === "hidden" && !(error instanceof ProblemError)) return; // Looked at, it is tried again.
    await this.sync.now();
    await this.go();
  }

  private async sendAll(signal: AbortSignal, renew: () => void): Promise<void> {
    let landed = 0;
    for (let next = await nextOf(this.store); next !== null; next = await nextOf(this.store)) {
      signal.throwIfAborted();
      if (await this.sendPiece(next, { signal, renew, landed })) landed += 1;
    }
  }

  /** Whether a whole photo has landed. */
  private async sendPiece({ photo, piece, left }: Next, { signal, renew, landed }: Sent): Promise<boolean> {
    const { name, type, size } = photo;
    const bytes = await this.store.piece(name, piece);
    if (!bytes) {
      await this.store.uploadRefused(name, "not-found");
      return false;
    }
    const whole = piece === "whole";
    const { upload } = await import("./upload");
    const sent = { name, type: whole ? type : (photo.preview ?? type), preview: !whole, bytes, address: photo.uploads?.[piece] };
    const told = { name, size, landed, of: landed + left };
    this.progress.value = { ...told, sent: 0 };
    try {
      await upload(sent, {
        device: this.store.device,
        signal,
        onAddress: (address) => this.store.uploadBegun(name, piece, address),
        onProgress: (count) => {
          renew();
          if (whole) this.progress.value = { ...told, sent: count };
        },
        onReached: (count) => {
          if (count <= (this.reached.get(`${name} ${piece}`) ?? 0)) return;
          this.reached.set(`${name} ${piece}`, count);
          this.failures = this.misplaced = 0;
        },
      });
      await this.store.uploadLanded(name, piece);
      return whole;
    } catch (error) {
      if (isElsewhere(error) && ++this.misplaced <= ASKED) return false; // It is still the next: asked where it is, it goes on.
      if (!isFinal(error)) throw error;
      // Without its small picture a photo goes whole.
      await (whole ? this.store.uploadRefused(name, error.slug) : this.store.uploadLanded(name, piece));
      return false;
    }
  }
}

class Paused extends Error {
  override readonly name = "Paused";
}

function isElsewhere(error: unknown): boolean {
  return error instanceof ProblemError && error.slug === ELSEWHERE;
}

function isFinal(error: unknown): error is ProblemError {
  if (!(error instanceof ProblemError) || error.slug === ALTERED) return false;
  return error.status >= 400 && error.status < 500 && !PASSING.has(error.status);
}

interface Next {
  readonly photo: Photo;
  readonly piece: Piece;
  /** How many are still to land, this one with them. */
  readonly left: number;
}

interface Sent {
  readonly signal: AbortSignal;
  readonly renew: () => void;
  readonly landed: number;
}

/** Small pictures first: whoever looks at the records sees something of each soon. */
async function nextOf(store: PhotoStore): Promise<Next | null> {
  const lacked = (await store.lacked()).filter((photo) => photo.refused === undefined);
  const unshown = lacked.find((photo) => photo.preview !== null && !photo.shown);
  if (unshown) return { photo: unshown, piece: "preview", left: lacked.length };
  const first = lacked[0];
  return first ? { photo: first, piece: "whole", left: lacked.length } : null;
}

/**
 * One piece of media on its way to the server, by tus (https://tus.io/protocols/resumable-upload): in chunks, gone on
 * with where it was cut. Loaded when there is something to send.
 */

import { DetailedError, Upload } from "tus-js-client";
import { NetworkError, ProblemError, SilenceError, readProblem } from "../shared/problem";

/** What is lost by a cut, at most; 64 kB are half a minute on the slowest links. */
export const CHUNK = 65_536;
/** Milliseconds without a sign, beyond what a chunk may take at one byte a millisecond. */
const PATIENCE = 30_000 + CHUNK;

export interface Sent {
  readonly name: string;
  readonly type: string;
  readonly preview: boolean;
  readonly bytes: ArrayBuffer;
  /** Where an upload of it was begun before. */
  readonly address: string | undefined;
}

export interface Sending {
  readonly device: number;
  readonly signal: AbortSignal;
  readonly onAddress: (address: string) => Promise<void>;
  /** Bytes that the server has, or that are on their way to it. */
  readonly onProgress: (bytes: number) => void;
  /** So much of it the server says that it has. */
  readonly onReached: (bytes: number) => void;
}

/**
 * Resolves when the server has it whole. Rejects with `ProblemError`, with `NetworkError` (what has arrived stays there),
 * or with the signal's reason.
 */
export function upload(sent: Sent, { device, signal, onAddress, onProgress, onReached }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    const { name, type, address } = sent;
    const ends = new AbortController();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const end = (then: () => void): void => {
      clearTimeout(silence);
      ends.abort();
      then();
    };
    const giveUp = (why: unknown): void => {
      void under.abort().catch(() => undefined);
      end(() => reject(why instanceof Error ? why : new Error(String(why))));
    };
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => giveUp(new SilenceError("the server was silent for too long")), PATIENCE);
    };
    const under = new Upload(new Blob([sent.bytes]), {
      endpoint: "/api/attachments",
      uploadUrl: address ?? null,
      chunkSize: CHUNK,
      retryDelays: null,
      storeFingerprintForResuming: false,
      headers: { "Ben-Device": String(device) },
      metadata: { name, type, ...(sent.preview && { preview: "1" }) },
      onUploadUrlAvailable: () => {
        if (under.url && under.url !== address) void onAddress(under.url).catch(() => undefined);
      },
      onAfterResponse: (_request, response) => {
        heard();
        onReached(Number(response.getHeader("Upload-Offset") ?? 0));
      },
      onProgress: (bytes) => {
        heard();
        onProgress(bytes);
      },
      onSuccess: () => end(resolve),
      onError: (error) => end(() => reject(translated(error))),
    });
    signal.addEventListener("abort", () => giveUp(signal.reason), { signal: ends.signal });
    heard();
    under.start();
  });
}

function translated(error: Error): Error {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer || answer.getStatus() === 0) return new NetworkError("no answer from the server", { cause: error });
  let body: unknown = null;
  try {
    body = JSON.parse(answer.getBody());
  } catch {
    body = null; // A proxy's page: the status is all there is to know.
  }
  return new ProblemError(readProblem(answer.getStatus(), body));
}

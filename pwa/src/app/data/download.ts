/** Files that the server makes when they are asked for. */
import { NetworkError, ProblemError, readProblem } from "../../shared/problem";

export interface Fetched {
  /** Bytes. */
  readonly come: number;
  /** null: the server didn't say. */
  readonly of: number | null;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onFetched: (fetched: Fetched) => void;
}

/**
 * The file as the server names it. It is made whole before its first byte is sent, so that silence means nothing here. Raises
 * the signal's reason once that is aborted.
 */
export async function fetchFile(path: string, device: number, { signal, onFetched }: FetchOptions): Promise<File> {
  let response: Response;
  try {
    const headers = { "Ben-Device": String(device) };
    response = await fetch(path, { headers, credentials: "same-origin", cache: "no-store", signal });
    if (response.ok) {
      const name = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
      const type = response.headers.get("Content-Type") ?? "application/octet-stream";
      return new File(await read(response, onFetched), name ?? "ben", { type });
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new NetworkError("no answer from the server", { cause: error });
  }
  throw new ProblemError(readProblem(response.status, await response.json().catch(() => null)));
}

async function read(response: Response, onFetched: FetchOptions["onFetched"]): Promise<Uint8Array<ArrayBuffer>[]> {
  const told = response.headers.has("Content-Encoding") ? null : response.headers.get("Content-Length");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  let come = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    come += part.value.length;
    onFetched({ come, of: told === null ? null : Number(told) });
  }
  return parts;
}

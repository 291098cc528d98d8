/** One door to the server: JSON in and out, refusals as `ProblemError`, silence as `NetworkError`. */

import { NetworkError, ProblemError, readProblem } from "./problem";

export interface CallOptions {
  /** Whose session: the number of the enrolled device. */
  readonly device?: number | null;
  readonly signal?: AbortSignal;
  /** Milliseconds until the call is given up. */
  readonly timeout?: number;
  /** Compress the body where the browser can; for bodies worth it. */
  readonly gzip?: boolean;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const TIMEOUT = 30_000;
/** Below this a gzip header costs more than it saves. */
const WORTH_COMPRESSING = 512;

/** Calls the server; gives the answer's JSON (null for an empty answer). */
export async function api<Answer = unknown>(
  method: Method,
  path: string,
  body?: unknown,
  device?: number | null,
): Promise<Answer> {
  return (await call({ method, path, body }, { device })) as Answer;
}

/** `api` with everything that the sync loop needs to say. */
export async function call(
  request: { readonly method: Method; readonly path: string; readonly body?: unknown },
  options: CallOptions = {},
): Promise<unknown> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), options.timeout ?? TIMEOUT);
  const stop = (): void => giveUp.abort();
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener("abort", stop);
  try {
    const response = await fetch(request.path, await describe(request, options, giveUp.signal));
    return await readBody(response);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new NetworkError("no answer from the server", { cause: error });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
  }
}

async function describe(
  request: { readonly method: Method; readonly body?: unknown },
  options: CallOptions,
  signal: AbortSignal,
): Promise<RequestInit> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.device != null) headers["Ben-Device"] = String(options.device);
  const common: RequestInit = { method: request.method, credentials: "same-origin", cache: "no-store", headers, signal };
  if (request.body === undefined) return common;
  headers["Content-Type"] = "application/json";
  const plain = JSON.stringify(request.body);
  if (!options.gzip || plain.length < WORTH_COMPRESSING || typeof CompressionStream === "undefined") {
    return { ...common, body: plain };
  }
  headers["Content-Encoding"] = "gzip";
  return { ...common, body: await compress(plain) };
}

/** Compressed whole before it is sent: a request with a streamed body isn't possible everywhere. */
async function compress(plain: string): Promise<ArrayBuffer> {
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function readBody(response: Response): Promise<unknown> {
  if (response.ok && response.status === 204) return null;
  const raw = await response.text();
  const body = parse(raw);
  if (!response.ok) throw new ProblemError(readProblem(response.status, body.value));
  if (raw === "") return null;
  // A captive portal's page with status 200 is no answer of ours.
  if (!body.valid) throw new NetworkError("the answer is not JSON");
  return body.value;
}

function parse(raw: string): { valid: boolean; value: unknown } {
  try {
    return { valid: true, value: JSON.parse(raw) as unknown };
  } catch {
    return { valid: false, value: undefined };
  }
}

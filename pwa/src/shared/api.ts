/** One door to the server: JSON in and out, refusals as `ProblemError`, silence as `NetworkError`. */

import { NetworkError, ProblemError, SilenceError, readProblem } from "./problem";

export interface CallOptions {
  /** Whose session: the number of the enrolled device. */
  readonly device?: number | null;
  readonly signal?: AbortSignal;
  /** Milliseconds without a sign of the server until the call is given up; a slow answer that moves may go on. */
  readonly patience?: number;
  /** Called at every sign of the server: its answer begins, or more of it has come. */
  readonly onHeard?: () => void;
  /** Compress the body where the browser can; for bodies worth it. */
  readonly gzip?: boolean;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const PATIENCE = 30_000;
/** The slowest upload that is still waited for: bytes a millisecond. */
const SLOWEST = 1;
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
  const stop = (): void => giveUp.abort();
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener("abort", stop);
  const silence = new Silence(options.patience ?? PATIENCE, stop);
  try {
    const described = await describe(request, options, giveUp.signal);
    silence.begin(sizeOf(described.body) / SLOWEST);
    const heard = (): void => {
      silence.begin();
      options.onHeard?.();
    };
    const response = await fetch(request.path, described);
    heard();
    return await readBody(response, heard);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (silence.over) throw new SilenceError("the server was silent for too long", { cause: error });
    throw new NetworkError("no answer from the server", { cause: error });
  } finally {
    silence.end();
    options.signal?.removeEventListener("abort", stop);
  }
}

/** Counts how long nothing has been heard. */
class Silence {
  over = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly patience: number,
    private readonly giveUp: () => void,
  ) {}

  begin(more = 0): void {
    this.end();
    this.timer = setTimeout(() => {
      this.over = true;
      this.giveUp();
    }, this.patience + more);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

function sizeOf(body: RequestInit["body"]): number {
  if (typeof body === "string") return body.length;
  if (body instanceof FormData) return [...body.values()].reduce((sum, part) => sum + (typeof part === "string" ? part.length : part.size), 0);
  return body instanceof ArrayBuffer ? body.byteLength : 0;
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
  // The browser itself says where the parts of a form with files end.
  if (request.body instanceof FormData) return { ...common, body: request.body };
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

async function readBody(response: Response, heard: () => void): Promise<unknown> {
  if (response.ok && response.status === 204) return null;
  const raw = await readText(response, heard);
  const body = parse(raw);
  if (!response.ok) throw new ProblemError(readProblem(response.status, body.value));
  if (raw === "") return null;
  // A captive portal's page with status 200 is no answer of ours.
  if (!body.valid) throw new NetworkError("the answer is not JSON");
  return body.value;
}

/** The whole text, as it comes in. */
async function readText(response: Response, heard: () => void): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    heard();
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

function parse(raw: string): { valid: boolean; value: unknown } {
  try {
    return { valid: true, value: JSON.parse(raw) as unknown };
  } catch {
    return { valid: false, value: undefined };
  }
}

/** What a server's refusal looks like (RFC 9457), and the errors that a request can end with. */

export interface Problem {
  /** Part of the protocol: the app's translations hang on it. */
  readonly slug: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly todo?: string;
  /** Everything else the server sent along (limit, errors …). */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** The server answered, and refused. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(readonly problem: Problem) {
    super(problem.title);
  }

  get slug(): string {
    return this.problem.slug;
  }

  get status(): number {
    return this.problem.status;
  }

  get title(): string {
    return this.problem.title;
  }

  get detail(): string | undefined {
    return this.problem.detail;
  }
}

/** No answer: no network, a lost connection, or no answer in time. Whether the server got the request is unknown. */
export class NetworkError extends Error {
  override readonly name: string = "NetworkError";
}

/** A connection that is there and says nothing. */
export class SilenceError extends NetworkError {
  override readonly name = "SilenceError";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The problem in a body that may be anything at all: a proxy's page, half a document, nothing. */
export function readProblem(status: number, body: unknown): Problem {
  const members: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const { slug, title, detail, todo, type: _, status: __, ...extra } = members;
  return {
    slug: text(slug) ?? fallbackSlug(status),
    status,
    title: text(title) ?? `HTTP ${status}`,
    detail: text(detail),
    todo: text(todo),
    extra,
  };
}

function fallbackSlug(status: number): string {
  if (status === 413) return "body-too-large";
  if (status === 507) return "storage-full";
  if (status === 429 || status === 503) return "busy";
  if (status >= 500) return "internal";
  return status === 404 ? "not-found" : "bad-request";
}

/** Files that the server makes when they are asked for. */
import { NetworkError, ProblemError, readProblem } from "../../shared/problem";

/** The file as the server names it. It is made whole before its first byte is sent, so that silence means nothing here. */
export async function fetchFile(path: string, device: number): Promise<File> {
  let response: Response;
  try {
    const headers = { "Ben-Device": String(device) };
    response = await fetch(path, { headers, credentials: "same-origin", cache: "no-store" });
    if (response.ok) {
      const name = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
      const type = response.headers.get("Content-Type") ?? "application/octet-stream";
      return new File([await response.blob()], name ?? "ben", { type });
    }
  } catch (error) {
    throw new NetworkError("no answer from the server", { cause: error });
  }
  throw new ProblemError(readProblem(response.status, await response.json().catch(() => null)));
}

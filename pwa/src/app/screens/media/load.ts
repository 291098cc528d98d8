/** Where a picture comes from: this phone, what it has loaded before, the server. */
import { useEffect, useState } from "preact/hooks";
import { NetworkError, ProblemError, readProblem } from "../../../shared/problem";
import type { MediaBytes, Photo, Piece } from "../../../store";
import { useLive } from "../../live";
import { here } from "../../session";
import { endingOf, typeOf } from "./files";

/** Milliseconds that the server has to begin, and then to go on; what has come is not kept. */
const PATIENCE = 60_000;

/** Loads a piece of a record's answer. Raises `ProblemError` (404: the server doesn't have it yet) or `NetworkError`. */
export function fetchPiece(record: string, name: string, piece: Piece): Promise<MediaBytes> {
  return ask("GET", record, name, piece === "preview" ? "?preview=1" : "");
}

/** What the server has, by its media type and without loading it: what is no picture has no small one. Raises as `fetchPiece`. */
async function find(record: string, name: string): Promise<string> {
  return (await ask("HEAD", record, name, "")).type;
}

async function ask(method: string, record: string, name: string, more: string): Promise<MediaBytes> {
  const path = `/api/records/${encodeURIComponent(record)}/attachments/${name}${more}`;
  const headers = { "Ben-Device": String(here().profile.device) };
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(path, { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
    bytes = await response.arrayBuffer();
  } catch (error) {
    throw new NetworkError("no answer from the server", { cause: error });
  }
  if (!response.ok) throw new ProblemError(readProblem(response.status, parsed(bytes)));
  return { bytes, type: response.headers.get("Content-Type")?.split(";")[0] ?? typeOf(endingOf(name)) };
}

function parsed(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** An address for bytes, as long as they are shown. */
export function useAddress(found: MediaBytes | null | undefined): string | undefined {
  const [address, setAddress] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (!found) {
      setAddress(undefined);
      return;
    }
    const made = URL.createObjectURL(new Blob([found.bytes], { type: found.type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [found]);
  return address;
}

/** looking: not known yet. here: on this phone. loaded: a copy from the server, or it is known to be there. absent: the server doesn't have it yet. */
export type Where = "looking" | "here" | "loaded" | "absent" | "unloaded";

export interface Small {
  readonly where: Where;
  /** What this phone itself keeps to send, or has sent. */
  readonly photo: Photo | null;
  readonly picture: MediaBytes | null;
  /** What the server says it is; a name's ending may mean sound and film. */
  readonly type: string | null;
  /** Asks the server (again). */
  readonly load: () => void;
}

function savesData(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData === true;
}

/** The small picture of an answer; asked of the server by itself unless the person saves data. */
export function useSmall(name: string, record: string | null): Small {
  const { store } = here();
  const photo = useLive((opened) => opened.photo(name), [name], ["photos"]);
  const [found, setFound] = useState<Pick<Small, "where" | "picture" | "type">>({ where: "looking", picture: null, type: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (photo === undefined) return;
    let current = true;
    const show = (where: Where, picture: MediaBytes | null, type: string | null = null): void => {
      if (current) setFound({ where, picture, type });
    };
    const look = async (): Promise<void> => {
      if (photo) {
        show("here", await ownPicture(photo));
        return;
      }
      const before = record ? await store.seen(record, name) : null;
      if (before) show("loaded", before);
      else if (!record || (asked === 0 && savesData())) show("unloaded", null);
      else await load(record);
    };
    const load = async (from: string): Promise<void> => {
      show("looking", null);
      try {
        if (!typeOf(endingOf(name)).startsWith("image/")) {
          show("loaded", null, await find(from, name));
          return;
        }
        const picture = await fetchPiece(from, name, "preview");
        await store.see(from, name, picture).catch(() => undefined);
        show("loaded", picture);
      } catch (error) {
        show(error instanceof ProblemError && error.status === 404 ? "absent" : "unloaded", null);
      }
    };
    void look().catch(() => show("unloaded", null));
    return () => {
      current = false;
    };
  }, [name, record, photo === undefined ? "" : (photo?.state ?? "none"), asked]);
  return { ...found, photo: photo ?? null, load: () => setAsked((count) => count + 1) };
}

async function ownPicture(photo: Photo): Promise<MediaBytes | null> {
  const { store } = here();
  const small = photo.preview === null ? null : await store.piece(photo.name, "preview");
  if (small) return { bytes: small, type: photo.preview ?? photo.type };
  if (!photo.type.startsWith("image/")) return null;
  const whole = await store.piece(photo.name, "whole");
  return whole && { bytes: whole, type: photo.type };
}

/** The whole of it: from this phone, else from the server. */
export async function wholeOf(name: string, record: string | null): Promise<MediaBytes> {
  const { store } = here();
  const own = await store.photo(name);
  const bytes = own ? await store.piece(name, "whole") : null;
  if (own && bytes) return { bytes, type: own.type };
  if (!record) throw new NetworkError("it is not on this phone");
  return fetchPiece(record, name, "whole");
}

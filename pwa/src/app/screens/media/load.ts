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
export async function fetchPiece(record: string, name: string, piece: Piece): Promise<MediaBytes> {
  const path = `/api/records/${encodeURIComponent(record)}/attachments/${name}${piece === "preview" ? "?preview=1" : ""}`;
  const headers = { "Ben-Device": String(here().profile.device) };
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(path, { headers, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
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

/** looking: not known yet. here: on this phone. loaded: a copy from the server. absent: the server doesn't have it yet. */
export type Where = "looking" | "here" | "loaded" | "absent" | "unloaded";

export interface Small {
  readonly where: Where;
  /** What this phone itself keeps to send, or has sent. */
  readonly photo: Photo | null;
  readonly picture: MediaBytes | null;
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
  const [found, setFound] = useState<{ where: Where; picture: MediaBytes | null }>({ where: "looking", picture: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (photo === undefined) return;
    let current = true;
    const show = (where: Where, picture: MediaBytes | null): void => {
      if (current) setFound({ where, picture });
    };
    const look = async (): Promise<void> => {
      if (photo) {
        show("here", await ownPicture(photo));
        return;
      }
      const before = record ? await store.seen(record, name) : null;
      if (before) show("loaded", before);
      else if (!record || (asked === 0 && savesData())) show("unloaded", null);
      else await ask(record);
    };
    const ask = async (from: string): Promise<void> => {
      show("looking", null);
      try {
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

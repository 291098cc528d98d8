/** A file that was taken or chosen becomes an answer: reduced, named by its content, on the disk; only then it is one. */
import type { FormNode } from "../../../shared/form";
import { StorageFull, type MediaBytes, type Store } from "../../../store";
import { contentName, endingFor, LARGEST_FILE, LARGEST_PICTURE, pictureType, settingsOf, typeOf } from "./files";
import { withoutMetadata } from "./metadata";
import { reduce, type Reduced, type Settings, type Surface } from "./reduce";
import type { Answered, Asked } from "./reduce-worker";

/** unreadable: no picture that this phone can open. large: over what the server takes. full: no room on this phone. */
export type Trouble = "unreadable" | "large" | "full" | "failed";

export class NotTaken extends Error {
  override readonly name = "NotTaken";

  constructor(readonly why: Trouble) {
    super(why);
  }
}

/** Gives the answer's value once it is on the disk. Raises `NotTaken`. */
export async function take(store: Store, file: Blob, node: FormNode, fileName = ""): Promise<string> {
  try {
    return await (node.t === "image" ? takePicture(store, file, settingsOf(node)) : takeFile(store, file, fileName));
  } catch (error) {
    if (error instanceof NotTaken) throw error;
    throw new NotTaken(error instanceof StorageFull ? "full" : "failed");
  }
}

async function takePicture(store: Store, file: Blob, settings: Settings): Promise<string> {
  let reduced: Reduced;
  try {
    reduced = await small(file, settings);
  } catch {
    return takeAsItIs(store, file);
  }
  return keep(store, reduced.whole, reduced.preview);
}

/** A picture that can't be opened here may be one that the server can open; where it was taken stays with nobody. */
async function takeAsItIs(store: Store, file: Blob): Promise<string> {
  if (file.size > LARGEST_PICTURE) throw new NotTaken("large");
  const whole = await file.arrayBuffer();
  const type = pictureType(whole);
  const bytes = type && withoutMetadata(whole, type);
  if (!type || !bytes) throw new NotTaken("unreadable");
  return keep(store, { bytes, type }, null);
}

async function takeFile(store: Store, file: Blob, fileName: string): Promise<string> {
  if (file.size > LARGEST_FILE) throw new NotTaken("large");
  const ending = endingFor(file.type, fileName);
  return keep(store, { bytes: await file.arrayBuffer(), type: file.type.split(";")[0] || typeOf(ending) }, null, ending);
}

async function keep(store: Store, whole: MediaBytes, preview: MediaBytes | null, ending = endingFor(whole.type)): Promise<string> {
  const name = await contentName(whole.bytes, ending);
  await store.keepPhoto({ name, type: whole.type, bytes: whole.bytes, preview });
  return name;
}

function small(source: Blob, settings: Settings): Promise<Reduced> {
  return typeof OffscreenCanvas === "undefined" || typeof Worker === "undefined" ? reduce(source, settings, surface) : inWorker({ source, settings });
}

/** Where browsers draw only on the page. */
function surface(width: number, height: number): Surface {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  const encode = (type: string, quality: number): Promise<Blob> =>
    new Promise((resolve, reject) => {
      canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("nothing was encoded"))), type, quality);
    });
  return { context, encode };
}

/** A worker for this picture alone: phones have little memory, and it is given back at once. */
function inWorker(asked: Asked): Promise<Reduced> {
  const worker = new Worker(new URL("./reduce-worker.ts", import.meta.url), { type: "module" });
  return new Promise<Reduced>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answered>) => {
      if ("reduced" in data) resolve(data.reduced);
      else reject(new Error(data.failed));
    };
    worker.onerror = () => reject(new WorkerMissing());
    worker.postMessage(asked);
  })
    .catch((error: unknown) => {
      // Without its file (a version that is going) or its canvas: the page does it itself.
      if (error instanceof WorkerMissing) return reduce(asked.source, asked.settings, surface);
      throw error;
    })
    .finally(() => worker.terminate());
}

class WorkerMissing extends Error {
  override readonly name = "WorkerMissing";
}

/** Reduces pictures beside the page, so that the form stays quick meanwhile. */

import { reduce, type Reduced, type Settings, type Surface } from "./reduce";

export interface Asked {
  readonly source: Blob;
  readonly settings: Settings;
}

export type Answered = { readonly reduced: Reduced } | { readonly failed: string };

function surface(width: number, height: number): Surface {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  return { context, encode: (type, quality) => canvas.convertToBlob({ type, quality }) };
}

function answer(message: Answered, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  reduce(data.source, data.settings, surface).then(
    (reduced) => answer({ reduced }, [reduced.whole.bytes, reduced.preview.bytes]),
    (error: unknown) => answer({ failed: error instanceof Error ? error.message : String(error) }),
  );
});

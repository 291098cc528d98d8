/**
 * A picture as it is kept: upright, no larger than asked for, and nothing in it but the picture (encoded anew it has no
 * EXIF, so no place where it was taken). Runs in a worker; on the page where browsers draw only there.
 */

export interface Settings {
  /** Of the long side. */
  readonly pixels: number;
  /** As many bytes at most. */
  readonly bytes: number;
  /** Where encoding begins, 0 to 1; it goes down from there until it fits. */
  readonly quality: number;
}

export interface Encoded {
  readonly bytes: ArrayBuffer;
  /** What the browser has really made. */
  readonly type: string;
}

export interface Reduced {
  readonly whole: Encoded;
  readonly preview: Encoded;
}

/** What can be drawn on, and how it becomes bytes. */
export interface Surface {
  readonly context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  readonly encode: (type: string, quality: number) => Promise<Blob>;
}

export type NewSurface = (width: number, height: number) => Surface;

const PREVIEW: Settings = { pixels: 320, bytes: 20_000, quality: 0.6 };
const STEPS = [1, 0.8, 0.62, 0.48, 0.36];
/** A picture smaller than this on its long side is not made smaller still. */
const LEAST = 160;
const SHRINK = 0.8;

/** Raises what the browser raises when the picture can't be read. */
export async function reduce(source: Blob, settings: Settings, newSurface: NewSurface): Promise<Reduced> {
  const picture = await decode(source);
  try {
    const whole = await fit(picture, settings, newSurface);
    return { whole, preview: await fit(picture, PREVIEW, newSurface) };
  } finally {
    picture.close();
  }
}

async function decode(source: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(source, { imageOrientation: "from-image" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return createImageBitmap(source); // A browser that doesn't know the option turns pictures upright anyway.
  }
}

/** Width and height with the long side no longer than asked for; never larger than the picture is. */
export function within(width: number, height: number, pixels: number): [number, number] {
  const scale = Math.min(1, pixels / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

async function fit(picture: ImageBitmap, settings: Settings, newSurface: NewSurface): Promise<Encoded> {
  let smallest: Blob | null = null;
  for (let pixels = settings.pixels; smallest === null || pixels >= LEAST; pixels = Math.round(pixels * SHRINK)) {
    const surface = drawn(picture, within(picture.width, picture.height, pixels), newSurface);
    for (const step of STEPS) {
      const made = await encoded(surface, settings.quality * step);
      if (smallest === null || made.size < smallest.size) smallest = made;
      if (made.size <= settings.bytes) return { bytes: await made.arrayBuffer(), type: made.type };
    }
  }
  return { bytes: await smallest.arrayBuffer(), type: smallest.type };
}

function drawn(picture: ImageBitmap, [width, height]: [number, number], newSurface: NewSurface): Surface {
  const surface = newSurface(width, height);
  const { context } = surface;
  // JPEG has no transparency: what was transparent would turn black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return surface;
}

/** WebP where the browser can write it: one that can't gives something else without saying so. */
async function encoded(surface: Surface, quality: number): Promise<Blob> {
  const made = await surface.encode("image/webp", quality);
  return made.type === "image/webp" ? made : surface.encode("image/jpeg", quality);
}

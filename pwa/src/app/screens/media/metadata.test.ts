import { describe, expect, it } from "vitest";
import { withoutMetadata } from "./metadata";

/**
 * Real pictures of 24 × 16 pixels, lying on their side, by somebody who says so in EXIF (with the place), XMP, comments and,
 * behind a JPEG, in what cameras append.
 */
const PICTURES: Readonly<Record<string, string>> = {
  "image/jpeg":
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4QB4RXhpZgAATU0AKgAAAAgAAwESAAMAAAABAAYAAAE7AAIAAAAIAAAAMoglAAQAAAABAAAAOgAAAABTb21lb25lAAAC" +
    "AAEAAgAAAAJOAAAAAAIABQAAAAMAAABYAAAAAAAAAAkAAAABAAAAKQAAAAEAAAAHAAAAAf/hAD1odHRwOi8vbnMuYWRvYmUuY29tL3hhcC8xLjAvADx4Onht" +
    "cG1ldGE+U29tZW9uZTwveDp4bXBtZXRhPv/+AAxieSBTb21lb25l/9sAQwAKBwcIBwYKCAgICwoKCw4YEA4NDQ4dFRYRGCMfJSQiHyIhJis3LyYpNCkhIjBB" +
    "MTQ5Oz4+PiUuRElDPEg3PT47/9sAQwEKCwsODQ4cEBAcOygiKDs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7/8IA" +
    "EQgAEAAYAwEiAAIRAQMRAf/EABYAAQEBAAAAAAAAAAAAAAAAAAMABP/EABYBAQEBAAAAAAAAAAAAAAAAAAUCBv/aAAwDAQACEAMQAAAByCwwmNWgD//EABYQ" +
    "AQEBAAAAAAAAAAAAAAAAAAMQAP/aAAgBAQABBQLJUn//xAAXEQADAQAAAAAAAAAAAAAAAAABBBAz/9oACAEDAQE/AW8TP//EABcRAAMBAAAAAAAAAAAAAAAA" +
    "AAEEEDP/2gAIAQIBAT8BT3E//8QAFhABAQEAAAAAAAAAAAAAAAAAARAA/9oACAEBAAY/AsUn/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQABPyFB/9oA" +
    "DAMBAAIAAwAAABAEH//EABYRAQEBAAAAAAAAAAAAAAAAALEBEP/aAAgBAwEBPxALM//EABYRAQEBAAAAAAAAAAAAAAAAALEBEP/aAAgBAgEBPxBpc//EABYQ" +
    "AQEBAAAAAAAAAAAAAAAAAMEQAP/aAAgBAQABPxDIVCf/2WZ0eXBtcDQyIFNvbWVvbmU=",
  "image/png":
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAAADnRFWHRBdXRob3IAU29tZW9uZXA+6FwAAABwZVhJZk1NACoAAAAIAAMBEgADAAAAAQAGAAAB" +
    "OwACAAAACAAAADKIJQAEAAAAAQAAADoAAAAAU29tZW9uZQAAAgABAAIAAAACTgAAAAACAAUAAAADAAAAWAAAAAAAAAAJAAAAAQAAACkAAAABAAAABwAAAAF+" +
    "TSfaAAAAI0lEQVR4nGM8YaPBQAgkMCwgqIaJoAoiwahBowaNGjRSDQIADu4CTOe+zp8AAAAASUVORK5CYII=",
  "image/webp":
    "UklGRggBAABXRUJQVlA4WAoAAAAMAAAAFwAADwAAVlA4IEwAAADQAwCdASoYABAAPp0+mUgloyKhMAgAsBOJQBagkAfYBX/+4AAZsAAA/uqRzTfR+DR+K8RP" +
    "E6/iDu2Qy//ln+PaM0v/ZVmSS6FsoAAARVhJRnAAAABNTQAqAAAACAADARIAAwAAAAEABgAAATsAAgAAAAgAAAAyiCUABAAAAAEAAAA6AAAAAFNvbWVvbmUA" +
    "AAIAAQACAAAAAk4AAAAAAgAFAAAAAwAAAFgAAAAAAAAACQAAAAEAAAApAAAAAQAAAAcAAAABWE1QIB4AAAA8eDp4bXBtZXRhPlNvbWVvbmU8L3g6eG1wbWV0" +
    "YT4=",
};

function bytesOf(type: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(PICTURES[type] ?? ""), (letter) => letter.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer | null): string {
  return new TextDecoder("latin1").decode(bytes ?? new ArrayBuffer(0));
}

/** EXIF that says that the picture is to be turned by a quarter, and nothing else. */
const TURN = "MM\0*\0\0\0\b\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

describe("a picture that is kept without being decoded", () => {
  it.each(Object.keys(PICTURES))("tells nothing beside the picture: %s", (type) => {
    const before = bytesOf(type);
    expect(textOf(before.buffer)).toContain("Someone");
    const after = withoutMetadata(before.buffer, type);
    expect(after?.byteLength).toBeGreaterThan(60);
    for (const told of ["Someone", "xmp", "Author"]) expect(textOf(after)).not.toContain(told);
  });

  it.each(["image/jpeg", "image/webp"])("still says which way up it is, and no more: %s", (type) => {
    const after = textOf(withoutMetadata(bytesOf(type).buffer, type));
    const exif = after.slice(after.search(/Exif\0\0|EXIF/));
    expect(exif.slice(type === "image/jpeg" ? 6 : 8).startsWith(TURN)).toBe(true);
  });

  it("of a JPEG keeps every scan, up to its end", () => {
    const after = textOf(withoutMetadata(bytesOf("image/jpeg").buffer, "image/jpeg"));
    const scans = (text: string): number => text.split("\xff\xda").length;
    expect(scans(after)).toBe(scans(textOf(bytesOf("image/jpeg").buffer)));
    expect(after.endsWith("\xff\xd9")).toBe(true);
  });

  it("of a WebP says its new length, and that only EXIF is left", () => {
    const after = withoutMetadata(bytesOf("image/webp").buffer, "image/webp") ?? new ArrayBuffer(0);
    expect(new DataView(after).getUint32(4, true)).toBe(after.byteLength - 8);
    expect(new Uint8Array(after)[20]).toBe(0x08);
  });

  it.each(Object.keys(PICTURES))("is the same when it is taken once more: %s", (type) => {
    const once = withoutMetadata(bytesOf(type).buffer, type) ?? new ArrayBuffer(0);
    expect(textOf(withoutMetadata(once, type))).toBe(textOf(once));
  });

  it.each(Object.keys(PICTURES))("is refused wherever it is cut off: %s", (type) => {
    const end = { "image/jpeg": "\xff\xd9", "image/png": "IEND", "image/webp": "" }[type] ?? "";
    const bytes = bytesOf(type);
    const picture = end ? textOf(bytes.buffer).indexOf(end) : bytes.length;
    for (let length = 12; length < picture; length += 1) {
      expect(withoutMetadata(bytes.slice(0, length).buffer, type), `${length} bytes`).toBeNull();
    }
  });

  it("is refused when it is no picture", () => {
    expect(withoutMetadata(new TextEncoder().encode("<html>").buffer, "image/jpeg")).toBeNull();
    expect(withoutMetadata(new ArrayBuffer(0), "image/png")).toBeNull();
    expect(withoutMetadata(bytesOf("image/png").buffer, "image/heic")).toBeNull();
  });
});

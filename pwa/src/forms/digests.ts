/** Digests of texts. The platform's own are asynchronous, and expressions are not (docs/decisions/). */

import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";

const ALGORITHMS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  MD5: md5,
  "SHA-1": sha1,
  "SHA-256": sha256,
  "SHA-384": sha384,
  "SHA-512": sha512,
};

/** The digest of a text in hexadecimal or Base64; '' for an algorithm or encoding that there isn't. */
export function digest(text: string, algorithm: string, encoding: string): string {
  const work = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (!work) return "";
  const bytes = work(new TextEncoder().encode(text));
  if (encoding === "hex") return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return encoding === "base64" ? btoa(String.fromCharCode(...bytes)) : "";
}

/** The first 64 bits of a text's SHA-256 as a signed number: what ODK makes a seed of. */
export function leadingBits(text: string): bigint {
  const bytes = sha256(new TextEncoder().encode(text));
  return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0);
}

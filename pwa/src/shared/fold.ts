/** Finding words the way people type them on a phone: without diacritics, without capitals, in any order. */

// Latin accents only: Khmer's vowel signs are marks too, and without them its words are other words.
const LATIN_MARKS = /[\u0300-\u036f]/g;
// Khmer is written without spaces; texts may carry invisible breaks that nobody types.
const INVISIBLE = /[\u200b-\u200d\u2060]/g;

/** "Ngãi Xuyên, Đại An" → "ngai xuyen, dai an". */
export function fold(text: string): string {
  return text.normalize("NFD").replace(LATIN_MARKS, "").replace(/[đĐ]/g, "d").replace(INVISIBLE, "").normalize("NFC").toLowerCase();
}

/** Whether every word of the query is somewhere in one of the texts. An empty query fits everything. */
export function fits(texts: readonly string[], query: string): boolean {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const whole = texts.map(fold).join("\n");
  return words.every((word) => whole.includes(word));
}

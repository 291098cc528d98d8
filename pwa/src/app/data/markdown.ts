/**
 * The part of Markdown that labels may use, as a tree: bold, italic, headings, links and line breaks. Everything else is
 * text: HTML above all, since a label may come from anywhere. Of `<span style=…>`, which ODK's forms use for colour, the
 * words stay. Links lead to the web, to a mailbox or to a telephone, never to a script.
 */

export type Mark =
  | string
  | { readonly mark: "strong" | "em" | "heading"; readonly inside: readonly Mark[] }
  | { readonly mark: "link"; readonly to: string; readonly inside: readonly Mark[] }
  | { readonly mark: "break" };

const SPECIAL = /[*_#[\\<&\n\r]/;
const SAFE = /^(?:https?:\/\/[^\s]+|mailto:[^\s]+|tel:[+\d][\d\s().-]*)$/i;
const SPAN = /^<\/?span(?:\s+style\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))?\s*>/i;
const LINE = /^<br\s*\/?>/i;
const DEEPEST = 8;

/** A label's words, marked. */
export function marked(text: string): readonly Mark[] {
  if (!SPECIAL.test(text)) return [text];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  return lines.flatMap((line, index): Mark[] => {
    const heading = /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line);
    const here: Mark[] = heading ? [{ mark: "heading", inside: inline(heading[1] ?? "", 0) }] : inline(line, 0);
    return index > 0 ? [{ mark: "break" }, ...here] : here;
  });
}

/** The words alone, for names that a screen reader says and for what is searched. */
export function plainWords(text: string): string {
  return SPECIAL.test(text) ? marked(text).map(wordsOf).join("") : text;
}

function wordsOf(mark: Mark): string {
  if (typeof mark === "string") return mark;
  return mark.mark === "break" ? " " : mark.inside.map(wordsOf).join("");
}

function inline(text: string, depth: number): Mark[] {
  const found: Mark[] = [];
  let plain = "";
  let at = 0;
  const put = (mark: Mark) => {
    if (plain) found.push(plain);
    plain = "";
    found.push(mark);
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const next = depth < DEEPEST ? piece(text, at, depth) : null;
    if (next) {
      put(next.mark);
      at += next.length;
    } else if (rest[0] === "\\" && /^\\[\\`*_{}[\]()#+\-.!<>&]/.test(rest)) {
      plain += rest.charAt(1);
      at += 2;
    } else {
      const skipped = SPAN.exec(rest)?.[0].length ?? 0;
      const entity = /^&(lt|gt|amp|quot|nbsp);/.exec(rest);
      if (entity) plain += { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: "\u00a0" }[entity[1] ?? ""] ?? "";
      else if (!skipped) plain += rest.charAt(0);
      at += skipped || entity?.[0].length || 1;
    }
  }
  if (plain) found.push(plain);
  return found;
}

/** What begins exactly here, and how long it is. */
function piece(text: string, at: number, depth: number): { mark: Mark; length: number } | null {
  const rest = text.slice(at);
  const line = LINE.exec(rest);
  if (line) return { mark: { mark: "break" }, length: line[0].length };
  const link = /^\[([^\]\n]+)\]\(\s*([^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\s*\)/.exec(rest);
  if (link) {
    const [whole, words = "", to = ""] = link;
    // What leads nowhere safe is shown as it was written.
    return { mark: SAFE.test(to) ? { mark: "link", to, inside: inline(words, depth + 1) } : whole, length: whole.length };
  }
  for (const [sign, mark] of SIGNS) {
    // An underscore inside a word is part of it: file_name_1.
    if (!rest.startsWith(sign) || (sign[0] === "_" && /[\p{L}\p{N}_]/u.test(text[at - 1] ?? ""))) continue;
    const end = closing(text, at + sign.length, sign);
    if (end < 0) continue;
    const inside = inline(text.slice(at + sign.length, end), depth + 1);
    return { mark: { mark, inside }, length: end + sign.length - at };
  }
  return null;
}

const SIGNS = [
  ["**", "strong"],
  ["__", "strong"],
  ["*", "em"],
  ["_", "em"],
] as const;

/** Where the sign closes what it opened before `from`; −1 where it doesn't. */
function closing(text: string, from: number, sign: string): number {
  if (/^\s?$/.test(text[from] ?? "")) return -1;
  for (let at = text.indexOf(sign, from); at >= 0; at = text.indexOf(sign, at + 1)) {
    const before = text[at - 1] ?? "";
    const after = text[at + sign.length] ?? "";
    // Of three stars the outer two close what was opened first.
    const doubled = sign.length === 1 ? after === sign || before === sign : after === sign[0];
    const inWord = sign[0] === "_" && /[\p{L}\p{N}]/u.test(after);
    if (at > from && !/\s/.test(before) && before !== "\\" && !doubled && !inWord) return at;
  }
  return -1;
}

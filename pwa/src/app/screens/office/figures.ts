/** Reading typed figures, and what a baseline means for its target. Pure. */

export const LARGEST = 1_000_000;

export type Figure = { readonly ok: true; readonly value: number | null } | { readonly ok: false };

/** A whole number from 0, with or without thousands as they are written here ("1.234"); empty is 'not known', never 0. */
export function readFigure(typed: string): Figure {
  const text = typed.replace(/\s/g, "");
  if (text === "") return { ok: true, value: null };
  if (!/^(\d{1,7}|\d{1,3}(\.\d{3})+)$/.test(text)) return { ok: false };
  const value = Number(text.replace(/\./g, ""));
  return value <= LARGEST ? { ok: true, value } : { ok: false };
}

export function writeFigure(value: number | null): string {
  return value === null ? "" : String(value);
}

/** The most that still is a reduction by `percent`: compared on whole numbers, 100·(B − C) ≥ percent·B. */
export function atMost(baseline: number, percent: number): number {
  return Math.floor((baseline * (100 - percent)) / 100);
}

export type Baselines = Readonly<Record<string, number | null>>;

export interface FigureChange {
  readonly code: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** What saving would change, in the order of the codes. Figures that can't be read are left out. */
export function changesOf(known: Baselines, typed: Readonly<Record<string, string>>): FigureChange[] {
  return Object.keys(known)
    .sort()
    .flatMap((code) => {
      const figure = readFigure(typed[code] ?? writeFigure(known[code] ?? null));
      const before = known[code] ?? null;
      return figure.ok && figure.value !== before ? [{ code, before, after: figure.value }] : [];
    });
}

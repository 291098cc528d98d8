/** Which reports there are, and how they are asked for. Pure. */
import type { Localized } from "../../../shared/language";

export type Kind = "month" | "half" | "year";
export const KINDS: readonly Kind[] = ["month", "half", "year"];

export interface Span {
  readonly kind: Kind;
  readonly from: string;
  readonly to: string;
  readonly year: number;
  /** The month that it ends with. */
  readonly number: number;
}

export interface Offered {
  readonly today: string;
  readonly places: readonly { readonly id: number; readonly name: Localized }[];
  readonly spans: readonly Span[];
  readonly compared: readonly string[];
}

export interface Compared {
  readonly values: Readonly<Record<string, number | null>>;
  /** Codes whose figures are the campaign's baselines, entered elsewhere. */
  readonly fixed: readonly string[];
  readonly mine: boolean;
  readonly by: string | null;
  readonly at: string | null;
}

/** The spans of a kind, the latest first. */
export function spansOf(offered: Offered, kind: Kind): Span[] {
  return offered.spans.filter((span) => span.kind === kind).reverse();
}

/** What somebody most likely reports on: the last span that is over, else the one that runs. */
export function likely(offered: Offered, kind: Kind): Span | undefined {
  const spans = spansOf(offered, kind);
  return spans.find((span) => span.to < offered.today) ?? spans[0];
}

/** Where a report, or what belongs to it, is asked for. */
export function address(campaign: number, place: number, span: Span, part = ""): string {
  return `/api/campaigns/${campaign}/reports/${span.kind}${part && `/${part}`}?place=${place}&day=${span.from}`;
}

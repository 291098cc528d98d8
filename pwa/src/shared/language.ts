/** The app's languages and text given in each of them. */

export type Language = "vi" | "en" | "km";

export const LANGUAGES: readonly Language[] = ["vi", "km", "en"];

export type Localized = Readonly<Record<Language, string>>;

/** The text in this language; Vietnamese, then anything there is, where it has none. */
export function localized(text: Partial<Localized> | null | undefined, language: Language): string {
  if (!text) return "";
  return text[language] ?? text.vi ?? text.en ?? text.km ?? "";
}

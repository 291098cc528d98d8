/** A form's texts on the screen: in the language that the person reads the form in, with their marks and their media. */
import { createContext, type ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import type { FormText, Media } from "../../../../shared/form";
import { localized } from "../../../i18n";
import { marked, plainWords, type Mark } from "../../../data/markdown";
import { t } from "./t";

export interface Reading {
  /** The language of the form's texts. */
  readonly tongue: string;
  /** All languages of the form, its own first. */
  readonly languages: readonly string[];
  /** Where the form's files are. */
  readonly file: (name: string) => string;
}

export const Read = createContext<Reading>({ tongue: "", languages: [], file: (name) => name });

type Texts = Partial<Record<string, string>>;

/** The text in this language; where it has none, in the form's own, then in whatever there is. */
export function textIn(text: FormText | undefined, { tongue, languages }: Pick<Reading, "tongue" | "languages">): string {
  if (!text) return "";
  if (!tongue) return localized(text);
  const texts: Texts = text;
  return texts[tongue] || languages.map((each) => texts[each]).find(Boolean) || localized(text);
}

/** Gives a form's texts as plain words, for names and summaries. */
export function useWords(): (text: FormText | undefined) => string {
  const reading = useContext(Read);
  return (text) => plainWords(textIn(text, reading));
}

function Marks({ marks }: { marks: readonly Mark[] }): ComponentChildren {
  return marks.map((mark, place) => {
    if (typeof mark === "string") return mark;
    if (mark.mark === "break") return <br key={place} />;
    const inside = <Marks marks={mark.inside} />;
    if (mark.mark === "strong") return <strong key={place}>{inside}</strong>;
    if (mark.mark === "em") return <em key={place}>{inside}</em>;
    if (mark.mark === "link") {
      return (
        <a key={place} class="words-link" href={mark.to} target="_blank" rel="noopener noreferrer">
          {inside}
        </a>
      );
    }
    return (
      <span key={place} class="words-heading">
        {inside}
      </span>
    );
  });
}

/** A text of the form. It is said in its own language where that is not the app's. */
export function Words({ text }: { text: FormText | undefined }) {
  const reading = useContext(Read);
  const words = textIn(text, reading);
  if (!words) return null;
  return (
    <span lang={reading.tongue || undefined}>
      <Marks marks={marked(words)} />
    </span>
  );
}

/** A picture, a sound or a film beside a text. */
export function Shows({ media, label }: { media: Media | undefined; label: string }) {
  const reading = useContext(Read);
  if (!media) return null;
  const named = (kind: keyof Media) => textIn(media[kind], reading);
  const [image, audio, video] = [named("big-image") || named("image"), named("audio"), named("video")];
  return (
    <>
      {image && <Picture key={image} source={reading.file(image)} big={named("big-image")} label={label} />}
      {audio && <audio controls preload="none" src={reading.file(audio)} aria-label={t("media.audio", { label })} />}
      {video && <video controls preload="none" playsInline src={reading.file(video)} aria-label={t("media.video", { label })} />}
    </>
  );
}

function Picture({ source, big, label }: { source: string; big: string; label: string }) {
  const [missing, setMissing] = useState(false);
  if (missing) return <span class="soft small">{t("media.missing")}</span>;
  // What it shows is what the label says; a picture without a label has only its own name.
  return <img class="words-picture" data-big={big ? "yes" : undefined} src={source} alt={label ? "" : source.slice(source.lastIndexOf("/") + 1)} loading="lazy" onError={() => setMissing(true)} />;
}

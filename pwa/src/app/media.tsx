/** Media answers wherever answers are read; what shows them is loaded with the first of them. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { FormNode, FormText } from "../shared/form";
import type { Value } from "../shared/protocol";
import { isMediaName } from "../store";
import { plain, showValue } from "./data/values";
import { useLive } from "./live";

type Loaded = typeof import("./screens/media/shown");

let loaded: Loaded | null = null;

/** What shows media, once it is here; null before, and where it can't be had now. */
function useLoaded(wanted: boolean): Loaded | null {
  const [found, setFound] = useState<Loaded | null>(loaded);
  useEffect(() => {
    if (!wanted || loaded) return;
    import("./screens/media/shown").then(
      (module) => {
        loaded = module;
        setFound(module);
      },
      () => undefined, // Offline and never used before: words stand for it.
    );
  }, [wanted]);
  return found ?? loaded;
}

const MEDIA: ReadonlySet<string> = new Set(["image", "audio", "video", "file"]);

/** The record whose answers are read: pictures that are not on this phone are asked for as its. */
export const OfRecord = createContext<string | null>(null);

export interface AnswerValueProps {
  node: FormNode | undefined;
  value: Value | null | undefined;
  /** Those of an item set, which the node itself doesn't have. */
  choices?: readonly { readonly v: string; readonly label: FormText }[] | undefined;
  /** In a list of changes: the picture alone. */
  small?: boolean;
}

/** One answer as it is read: in words, or the picture itself. */
export function AnswerValue({ node, value, choices, small }: AnswerValueProps) {
  const record = useContext(OfRecord);
  const media = isMediaName(value) && (!node || MEDIA.has(node.t)) ? value : null;
  const shown = useLoaded(media !== null);
  if (media === null || !shown) return <>{showValue(node, value, choices)}</>;
  return <shown.MediaAnswer key={media} name={media} record={record} label={plain(node?.label)} small={small} />;
}

/** How many photos and files this phone still has to send. */
export function useWaitingPhotos(): number {
  const photos = useLive((store) => store.photos(), [], ["photos"]) ?? [];
  return photos.filter(({ state }) => state === "waiting" || state === "lacked").length;
}

/** How many they are, and the way to send them now; nothing where none waits. */
export function PhotosWaiting({ file }: { file?: boolean }) {
  const waiting = useWaitingPhotos() > 0;
  const shown = useLoaded(waiting);
  return waiting && shown ? <shown.Waiting file={file ?? false} /> : null;
}

/** Whether a form asks for media, so that this phone must be able to show them without network. */
export function asksForMedia(nodes: readonly FormNode[]): boolean {
  return nodes.some((node) => MEDIA.has(node.t) || (node.children !== undefined && asksForMedia(node.children)));
}

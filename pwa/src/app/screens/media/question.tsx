/** A question whose answer is a photo, a drawing, a recording or another file. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FormNode } from "../../../shared/form";
import type { Value } from "../../../shared/protocol";
import { isMediaName } from "../../../store";
import { working as hold } from "../../data/working";
import { holdTurn } from "../../filling";
import { localized } from "../../i18n";
import { address } from "../../router";
import { here } from "../../session";
import { Banner, Button } from "../../ui";
import { MediaAnswer } from "./answer";
import { Drawing, type DrawingKind } from "./drawing";
import { LARGEST_FILE, LARGEST_PICTURE } from "./files";
import "./media.css";
import { Recorder } from "./recorder";
import { t } from "./t";
import { NotTaken, take, type Trouble } from "./take";

export interface MediaQuestionProps {
  node: FormNode;
  path: string;
  value: Value | null | undefined;
  readonly?: boolean;
  /** `soon`: more is likely to follow at once; never, of media. */
  change: (value: Value | null, soon: boolean) => void;
  /** Whose answer it is, where it is known; else that of the draft that is open. */
  record?: string | null;
}

/** The record that the open draft edits: its pictures may have to come from the server. */
function useRecord(given: string | null | undefined): string | null {
  const [found, setFound] = useState<string | null>(given ?? null);
  useEffect(() => {
    if (given !== undefined) return;
    const draft = /^fill\/([^/?]+)/.exec(address.peek())?.[1];
    if (draft) void here().store.draft(decodeURIComponent(draft)).then((open) => setFound(open?.record ?? null), () => undefined);
  }, [given]);
  return given ?? found;
}

/** Words of the appearance, of which a question may have several. */
function appearances({ appearance = "" }: FormNode): ReadonlySet<string> {
  return new Set(appearance.split(/\s+/));
}

function drawingOf(node: FormNode): DrawingKind | null {
  if (node.t !== "image") return null;
  const words = appearances(node);
  return (["signature", "draw", "annotate"] as const).find((kind) => words.has(kind)) ?? null;
}

export function MediaQuestion(props: MediaQuestionProps) {
  const { node, value, readonly: fixed, change } = props;
  const record = useRecord(props.record);
  const { store } = here(); // Whose answer it is, however long the picture takes.
  const [working, setWorking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const name = isMediaName(value) ? value : null;
  const label = localized(node.label) || node.name;
  /** Whether it has become the answer. */
  const use = async (file: Blob | undefined, fileName = ""): Promise<boolean> => {
    if (!file) return false;
    setTrouble(null);
    setWorking(true);
    const taken = take(store, file, node, fileName).then((made) => change(made, false));
    hold(taken);
    try {
      await taken;
      return true;
    } catch (error) {
      setTrouble(error instanceof NotTaken ? error.why : "failed");
      return false;
    } finally {
      setWorking(false);
    }
  };
  const drawing = drawingOf(node);
  const control = { node, label, name, record, use, remove: () => change(null, false) };
  return (
    <div class="stack" data-gap="small">
      {fixed ? name && <MediaAnswer name={name} record={record} label={label} /> : drawing ? <Drawing kind={drawing} {...control} /> : <Taking {...control} />}
      <div role="status">{working && <p class="soft">{t("media.working")}</p>}</div>
      {trouble && (
        <Banner tone="problem" live title={t(`media.${trouble}`, { limit: Math.floor((node.t === "image" ? LARGEST_PICTURE : LARGEST_FILE) / 1e6) })}>
          <p>{t(`media.${trouble}.todo`)}</p>
        </Banner>
      )}
    </div>
  );
}

export interface ControlProps {
  node: FormNode;
  label: string;
  name: string | null;
  record: string | null;
  use: (file: Blob | undefined, fileName?: string) => Promise<boolean>;
  remove: () => void;
}

const ACCEPTED = { image: "image/*", audio: "audio/*", video: "video/*" } as const;

function Taking(props: ControlProps) {
  const { node, name, record, label, use, remove } = props;
  return (
    <>
      {name && <MediaAnswer name={name} record={record} label={label} />}
      {node.t === "image" || node.t === "video" ? (
        <FromCamera {...props} what={node.t} />
      ) : node.t === "audio" ? (
        <Recorder node={node} use={use} />
      ) : (
        <Chooser accept={node.accept ?? ""} use={use} icon="form">
          {t(name ? "media.file.other" : "media.file.choose")}
        </Chooser>
      )}
      {name && (
        <div>
          <Button kind="quiet" icon="cross" onClick={remove}>
            {t("media.remove")}
          </Button>
        </div>
      )}
    </>
  );
}

function FromCamera({ node, name, use, what }: ControlProps & { what: "image" | "video" }) {
  const words = appearances(node);
  const image = what === "image";
  const onlyNew = words.has("new") || words.has("new-front");
  return (
    <div class="media-ways">
      <Chooser accept={ACCEPTED[what]} capture={words.has("new-front") || words.has("selfie") ? "user" : "environment"} use={use} icon={image ? "camera" : "film"}>
        {t(image ? (name ? "media.retake" : "media.camera") : "media.film")}
      </Chooser>
      {!onlyNew && (
        <Chooser accept={ACCEPTED[what]} use={use} icon="picture">
          {t(image ? (name ? "media.other" : "media.gallery") : "media.film.gallery")}
        </Chooser>
      )}
    </div>
  );
}

interface ChooserProps {
  accept: string;
  capture?: "environment" | "user";
  use: ControlProps["use"];
  icon: "camera" | "picture" | "form" | "film" | "microphone";
  quiet?: boolean;
  children: ComponentChildren;
}

/** Opens the phone's own camera or list over the page: until it is closed, nobody else's turn comes here. */
function openOver(input: HTMLInputElement): void {
  const closed = new AbortController();
  const { signal } = closed;
  const letGo = holdTurn(() => !input.isConnected);
  const close = () => {
    closed.abort();
    letGo();
  };
  for (const sign of ["change", "cancel"]) input.addEventListener(sign, close, { signal });
  // Older browsers tell nothing of one who chose nothing; but whoever touches the page again has closed it.
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, close, { signal, capture: true });
  input.click();
}

/** A button that opens the phone's own camera, gallery or file list. */
export function Chooser({ accept, capture, use, icon, quiet, children }: ChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind={quiet ? "quiet" : "secondary"} icon={icon} wide={!quiet} onClick={() => {
          if (input.current) openOver(input.current);
        }}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        capture={capture}
        onChange={(event) => {
          const field = event.currentTarget;
          const file = field.files?.[0];
          void use(file, file?.name).finally(() => (field.value = "")); // The same file may be chosen again.
        }}
      />
    </>
  );
}

/** A media answer where it is read: its small picture, where it is, and the whole of it when it is opened. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ProblemError } from "../../../shared/problem";
import type { MediaBytes } from "../../../store";
import { here, syncStatus } from "../../session";
import { Button, Dialog, Icon, type IconName } from "../../ui";
import { endingOf, typeOf } from "./files";
import { useAddress, useSmall, wholeOf, type Small } from "./load";
import "./media.css";
import { t } from "./t";

export interface MediaAnswerProps {
  name: string;
  /** Whose answer it is; null while it is in a draft of a new record. */
  record: string | null;
  /** The question, for who can't see the picture. */
  label: string;
  /** Only the picture: in a list of changes. */
  small?: boolean;
}

type Kind = "image" | "audio" | "video" | "document";

export function kindOf(type: string): Kind {
  const kind = type.split("/")[0];
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}

export function kindWords(kind: Kind, name: string): string {
  return kind === "document" ? t("media.document", { ending: endingOf(name).toUpperCase() }) : t(`media.${kind}`);
}

const PICTURES: Record<Kind, IconName> = { image: "picture", audio: "microphone", video: "film", document: "form" };

const REFUSALS = {
  "attachment-type-refused": "media.refused.type",
  "attachment-too-large": "media.refused.large",
  "attachment-damaged": "media.refused.damaged",
  "not-found": "media.refused.gone",
} as const;

/** Why the server will not have it, and what to do. */
function refusal(slug: string): string {
  const key = Object.entries(REFUSALS).find(([known]) => known === slug)?.[1];
  return key ? t(key) : t("media.refused.other", { reason: slug });
}

/** What a person is told of where it is. */
function stateOf({ photo, where }: Small, name: string): { icon: IconName; words: string } {
  const progress = here().photos.progress.value;
  if (photo && progress?.name === name) {
    return { icon: "sync", words: t("media.state.sending", { percent: Math.floor((100 * progress.sent) / Math.max(1, progress.size)) }) };
  }
  if (photo?.refused) return { icon: "hold", words: `${t("media.state.refused")}. ${refusal(photo.refused)}` };
  if (photo?.state === "kept") return { icon: "phone", words: t("media.state.kept") };
  if (photo?.state === "sent" || where === "loaded") return { icon: "cloud", words: t("media.state.sent") };
  if (photo && syncStatus.value.state === "revoked") return { icon: "hold", words: t("media.state.held") };
  if (photo) return { icon: "phone", words: t("media.state.waiting") };
  if (where === "looking") return { icon: "download", words: t("media.state.loading") };
  return where === "absent" ? { icon: "clock", words: t("media.state.absent") } : { icon: "offline", words: t("media.state.unloaded") };
}

export function MediaAnswer({ name, record, label, small }: MediaAnswerProps) {
  const found = useSmall(name, record);
  const [open, setOpen] = useState(false);
  const address = useAddress(found.picture);
  const kind = kindOf(found.photo?.type ?? found.type ?? typeOf(endingOf(name)));
  const { icon, words } = stateOf(found, name);
  const there = found.photo !== null || found.where === "loaded" || (kind !== "image" && record !== null);
  const missing = found.photo === null && (found.where === "absent" || found.where === "unloaded");
  return (
    <div class="media" data-small={small ? "yes" : undefined} data-state={found.photo?.state ?? found.where}>
      <button
        type="button"
        class="media-picture"
        aria-label={kind === "image" ? t("media.open", { label: label || kindWords(kind, name) }) : t("media.open.file", { label: [kindWords(kind, name), label].filter(Boolean).join(" – ") })}
        onClick={() => (there ? setOpen(true) : found.load())}
      >
        {address ? <img src={address} alt="" /> : <Icon name={PICTURES[kind]} />}
        {kind !== "image" && <span class="small">{kindWords(kind, name)}</span>}
      </button>
      {!small && (
        <div class="media-state">
          <p class="small" role="status">
            <Icon name={icon} />
            <span>{words}</span>
          </p>
          {missing && record && (
            <Button icon="download" onClick={found.load}>
              {t("media.load")}
            </Button>
          )}
        </div>
      )}
      <Dialog
        open={open}
        title={label || kindWords(kind, name)}
        onClose={() => setOpen(false)}
        actions={
          <Button kind="primary" onClick={() => setOpen(false)}>
            {t("media.close")}
          </Button>
        }
      >
        {open && <Whole name={name} record={record} kind={kind} small={found.picture} />}
      </Dialog>
    </div>
  );
}

interface WholeProps {
  name: string;
  record: string | null;
  kind: Kind;
  small: MediaBytes | null;
}

function Whole({ name, record, kind, small }: WholeProps) {
  const [whole, setWhole] = useState<MediaBytes | null | undefined>(undefined);
  const [absent, setAbsent] = useState(false);
  useEffect(() => {
    wholeOf(name, record).then(setWhole, (error: unknown) => {
      setAbsent(error instanceof ProblemError && error.status === 404);
      setWhole(null);
    });
  }, [name, record]);
  const address = useAddress(whole ?? small);
  return (
    <>
      {whole === undefined && (
        <p class="soft" role="status">
          {t("media.state.loading")}
        </p>
      )}
      {whole === null && <p role="status">{t(kind === "image" && small ? "media.small" : absent ? "media.state.absent" : "media.state.unloaded")}</p>}
      {address && (whole || kind === "image") && <Shown address={address} kind={kind} />}
      {address && whole && (
        <a class="button" data-kind="secondary" href={address} download={name}>
          <Icon name="download" />
          <span>{t("media.save")}</span>
        </a>
      )}
    </>
  );
}

function Shown({ address, kind }: { address: string; kind: Kind }) {
  const [actual, setActual] = useState(false);
  const [unplayable, setUnplayable] = useState(false);
  const box = useRef<HTMLButtonElement>(null);
  if (unplayable) return <p>{t("media.unplayable")}</p>;
  if (kind === "audio") return <audio controls src={address} onError={() => setUnplayable(true)} />;
  if (kind === "video") return <video controls src={address} playsInline onError={() => setUnplayable(true)} />;
  if (kind === "document") return null;
  return (
    <button ref={box} type="button" class="media-whole" data-actual={actual ? "yes" : undefined} aria-label={t("media.actual")} aria-pressed={actual} onClick={() => setActual(!actual)}>
      <img src={address} alt="" />
    </button>
  );
}

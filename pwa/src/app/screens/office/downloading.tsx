/** One download at a time: how far it is, the way to stop it, and what came of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchFile, type Fetched } from "../../data/download";
import { saveFile } from "../../data/file";
import { formatNumber } from "../../i18n/format";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, type IconName } from "../../ui";
import { t } from "./reports-t";

const KILOBYTE = 1_000;

interface Told {
  readonly good: boolean;
  readonly title: string;
  readonly text?: string;
}

export interface Downloading {
  readonly busy: string | null;
  /** null: the server is still making the file. */
  readonly fetched: Fetched | null;
  readonly told: Told | null;
  readonly get: (path: string) => Promise<void>;
  readonly stop: () => void;
}

function kilobytes(bytes: number): string {
  return formatNumber(Math.max(1, Math.round(bytes / KILOBYTE)));
}

export function useDownload(): Downloading {
  const [busy, setBusy] = useState<string | null>(null);
  const [fetched, setFetched] = useState<Fetched | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const under = useRef<AbortController | null>(null);
  const stop = (): void => under.current?.abort();
  useEffect(() => stop, []); // Nobody is left who would see it come.
  const get = async (path: string): Promise<void> => {
    if (busy) return;
    const { signal } = (under.current = new AbortController());
    setBusy(path);
    setFetched(null);
    setTold(null);
    try {
      const file = await fetchFile(path, here().profile.device, { signal, onFetched: setFetched });
      saveFile(file);
      setTold({ good: true, title: t("export.done"), text: t("export.saved", { name: file.name, size: kilobytes(file.size) }) });
    } catch (error) {
      setTold({ good: false, title: signal.aborted ? t("export.stopped") : explain(error) });
    }
    setBusy(null);
  };
  return { busy, fetched, told, get, stop };
}

function UnderWay({ of: { fetched, stop } }: { of: Downloading }) {
  const known = fetched?.of ? { come: kilobytes(fetched.come), all: kilobytes(fetched.of) } : null;
  const words = known ? t("export.loading", known) : fetched ? t("export.loading.some", { come: kilobytes(fetched.come) }) : t("export.making");
  return (
    <div class="stack" data-gap="small">
      <p class="small" role="status">
        {words}
      </p>
      {fetched?.of ? <progress value={fetched.come} max={fetched.of} aria-label={words} /> : <progress aria-label={words} />}
      <Button kind="quiet" icon="cross" onClick={stop}>
        {t("export.stop")}
      </Button>
    </div>
  );
}

export function Outcome({ of }: { of: Downloading }) {
  const { told, busy } = of;
  if (busy) return <UnderWay of={of} />;
  if (!told) return null;
  return (
    <Banner tone={told.good ? "good" : "problem"} live title={told.title}>
      {told.text && <p>{told.text}</p>}
    </Banner>
  );
}

export function Get({ of, path, words, main, icon = "download" }: { of: Downloading; path: string; words: string; main?: boolean; icon?: IconName }) {
  const mine = of.busy === path;
  return (
    <Button kind={main ? "primary" : "secondary"} icon={icon} wide busy={of.busy !== null} onClick={() => of.get(path)}>
      {mine ? t("export.busy") : words}
    </Button>
  );
}

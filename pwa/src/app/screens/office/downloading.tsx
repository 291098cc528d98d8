/** One download at a time, and what came of it. */
import { useState } from "preact/hooks";
import { fetchFile } from "../../data/download";
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
  readonly told: Told | null;
  readonly get: (path: string) => Promise<void>;
}

export function useDownload(): Downloading {
  const [busy, setBusy] = useState<string | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const get = async (path: string): Promise<void> => {
    if (busy) return;
    setBusy(path);
    setTold(null);
    try {
      const file = await fetchFile(path, here().profile.device);
      saveFile(file);
      const size = formatNumber(Math.max(1, Math.round(file.size / KILOBYTE)));
      setTold({ good: true, title: t("export.done"), text: t("export.saved", { name: file.name, size }) });
    } catch (error) {
      setTold({ good: false, title: explain(error) });
    }
    setBusy(null);
  };
  return { busy, told, get };
}

export function Outcome({ told }: { told: Told | null }) {
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

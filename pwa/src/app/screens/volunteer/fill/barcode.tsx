/** A bar code or QR code: read by the camera where the phone can, from a picture of it, or typed by hand. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Banner, Button, Dialog } from "../../../ui";
import { tied, type ControlProps } from "./control";
import { reader, type CodeReader } from "./code-reader";
import { t } from "./t";
import { useTyped } from "./use-typed";

const PAUSE = 150;

type Trouble = "no-camera" | "no-reader" | "no-code";

export function Barcode(props: ControlProps) {
  const { shown, id, change, leave } = props;
  const [scanning, setScanning] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const typed = useTyped({ text: typeof shown.value === "string" ? shown.value : "", read: (text) => text || null, change, leave });
  const found = (code: string) => {
    setScanning(false);
    change(code, false);
  };
  const stop = (why: Trouble | null) => {
    setScanning(false);
    setTrouble(why);
  };
  const picture = (file: File | undefined) => {
    if (!file) return;
    setTrouble(null);
    fromPicture(file).then(
      (code) => (code === null ? setTrouble("no-code") : found(code)),
      () => setTrouble("no-reader"),
    );
  };
  return (
    <div class="stack" data-gap="small">
      <input id={id} class="input" type="text" autocomplete="off" autocapitalize="off" spellcheck={false} {...tied(props)} {...typed} />
      <div class="row">
        <Button
          icon="code"
          onClick={() => {
            setTrouble(null);
            setScanning(true);
          }}
        >
          {t("code.scan")}
        </Button>
        <label class="button" data-kind="quiet">
          <input class="sr" type="file" accept="image/*" onChange={(event) => picture(event.currentTarget.files?.[0])} />
          <span>{t("code.picture")}</span>
        </label>
      </div>
      {trouble && (
        <Banner tone="attention" live title={t(`code.${trouble}`)}>
          <p>{t("code.by-hand")}</p>
        </Banner>
      )}
      {scanning && <Scanner found={found} stop={stop} />}
    </div>
  );
}

async function fromPicture(file: File): Promise<string | null> {
  const read = await reader();
  const bitmap = await createImageBitmap(file);
  try {
    return await read(bitmap);
  } finally {
    bitmap.close();
  }
}

/** The camera's picture, until there is a code in it. */
function Scanner({ found, stop }: { found: (code: string) => void; stop: (why: Trouble | null) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const on = { going: true };
    let stream: MediaStream | null = null;
    const look = async (read: CodeReader, screen: HTMLVideoElement) => {
      while (on.going) {
        const code = screen.readyState >= screen.HAVE_CURRENT_DATA ? await read(screen) : null;
        if (code !== null) {
          found(code);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    };
    const begin = async () => {
      const read = await reader().catch(() => null);
      if (!read || !("mediaDevices" in navigator)) {
        stop(read ? "no-camera" : "no-reader");
        return;
      }
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      const screen = video.current;
      if (!screen) {
        end();
        return;
      }
      screen.srcObject = stream;
      await screen.play();
      await look(read, screen);
    };
    const end = () => stream?.getTracks().forEach((track) => track.stop());
    begin().catch(() => on.going && stop("no-camera"));
    return () => {
      on.going = false;
      end();
    };
  }, []);
  return (
    <Dialog open title={t("code.title")} onClose={() => stop(null)} actions={<Button onClick={() => stop(null)}>{t("code.stop")}</Button>}>
      <video class="scanner" ref={video} muted playsInline aria-label={t("code.camera")} />
      <p role="status">{t("code.hold")}</p>
    </Dialog>
  );
}

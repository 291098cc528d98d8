/** The camera's picture until there is a code in it, for whoever wants a code: a question of a form, an enrolment. */
import { useEffect, useRef } from "preact/hooks";
import { codes } from "../../../i18n/codes";
import { common } from "../../../i18n/common";
import { translator } from "../../../i18n";
import { Button, Dialog } from "../../../ui";
import { reader, type CodeReader } from "./code-reader";
import "./scanner.css";

const t = translator(common, codes);
const PAUSE = 150;

/** Why there is no code: no camera or none allowed, no program that reads codes, a picture without a code. */
export type Trouble = "no-camera" | "no-reader" | "no-code";

export interface ScannerProps {
  found: (code: string) => void;
  /** Null: the person had enough of it. */
  stop: (why: Trouble | null) => void;
}

export function Scanner({ found, stop }: ScannerProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const on = { going: true };
    const isOver = () => !on.going;
    let stream: MediaStream | null = null;
    const look = async (read: CodeReader, screen: HTMLVideoElement) => {
      while (on.going) {
        const code = screen.readyState >= screen.HAVE_CURRENT_DATA ? await read(screen) : null;
        if (isOver()) return;
        if (code !== null) {
          found(code);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    };
    const begin = async () => {
      const read = await reader().catch(() => null);
      if (isOver()) return;
      if (!read || !("mediaDevices" in navigator)) {
        stop(read ? "no-camera" : "no-reader");
        return;
      }
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      const screen = video.current;
      if (isOver() || !screen) {
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

export interface FromPictureProps extends Pick<ScannerProps, "found"> {
  failed: (why: Trouble) => void;
}

/** The way to a code without a camera that works here: a picture of it. */
export function FromPicture({ found, failed }: FromPictureProps) {
  const look = (file: File | undefined) => {
    if (!file) return;
    inPicture(file).then(
      (code) => (code === null ? failed("no-code") : found(code)),
      () => failed("no-reader"),
    );
  };
  return (
    <label class="button" data-kind="quiet">
      <input class="sr" type="file" accept="image/*" onChange={(event) => look(event.currentTarget.files?.[0])} />
      <span>{t("code.picture")}</span>
    </label>
  );
}

async function inPicture(file: File): Promise<string | null> {
  const read = await reader();
  const bitmap = await createImageBitmap(file);
  try {
    return await read(bitmap);
  } finally {
    bitmap.close();
  }
}

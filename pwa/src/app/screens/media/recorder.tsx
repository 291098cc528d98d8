/** A recording: made here, or chosen where browsers can't record. */
import { useEffect, useRef, useState } from "preact/hooks";
import { working } from "../../data/working";
import { Banner, Button } from "../../ui";
import { Chooser, type ControlProps } from "./question";
import { t } from "./t";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
/** Bits a second: an hour of speech stays well under what the server takes. */
const RATE = 32_000;

function possible(): boolean {
  return typeof MediaRecorder !== "undefined" && "mediaDevices" in navigator;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function Recorder({ taken, use }: Pick<ControlProps, "use"> & { taken: boolean }) {
  const recorder = useRef<MediaRecorder | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  const [refused, setRefused] = useState(false);
  const recording = seconds !== null;
  useEffect(() => {
    if (!recording) return;
    const timer = setInterval(() => setSeconds((now) => (now ?? 0) + 1), 1000);
    return () => clearInterval(timer);
  }, [recording]);
  // Whoever goes elsewhere meanwhile keeps what was said until then.
  useEffect(() => () => recorder.current?.stop(), []);
  const start = async () => {
    setRefused(false);
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
      const made = new MediaRecorder(stream, { audioBitsPerSecond: RATE, ...(mimeType && { mimeType }) });
      const pieces: Blob[] = [];
      made.ondataavailable = (event) => pieces.push(event.data);
      const stopped = new Promise((resolve) => (made.onstop = resolve)).then(async () => {
        recorder.current = null;
        setSeconds(null);
        for (const track of stream.getTracks()) track.stop();
        const whole = new Blob(pieces, { type: made.mimeType });
        if (whole.size > 0) await use(whole);
      });
      working(stopped, () => recorder.current?.stop());
      recorder.current = made;
      made.start(1000);
      setSeconds(0);
    } catch {
      setRefused(true);
    }
  };
  return (
    <>
      <div role="status">{recording && <p class="media-recording">{t("media.sound.recording", { time: clock(seconds) })}</p>}</div>
      {refused && <Banner tone="attention" live title={t("media.sound.refused")} />}
      {possible() && (
        <Button kind={recording || !taken ? "primary" : "secondary"} icon="microphone" wide onClick={() => (recording ? recorder.current?.stop() : start())}>
          {t(recording ? "media.sound.stop" : "media.sound.start")}
        </Button>
      )}
      {!recording && (
        <Chooser accept="audio/*" use={use} icon="form">
          {t("media.sound.choose")}
        </Chooser>
      )}
    </>
  );
}

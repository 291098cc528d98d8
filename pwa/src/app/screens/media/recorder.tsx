/** A recording: made here, or chosen where browsers can't record. */
import { useEffect, useRef, useState } from "preact/hooks";
import { working } from "../../data/working";
import { Banner, Button } from "../../ui";
import { LARGEST_FILE } from "./files";
import { Chooser, type ControlProps } from "./question";
import { t } from "./t";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
/** Bits a second by XLSForm's `quality`; where a form says nothing, an hour of speech stays well under what the server takes. */
const RATES: Readonly<Record<string, number>> = { "voice-only": 12_000, low: 24_000, normal: 64_000 };
const RATE = 32_000;
/** By another app: this one doesn't record. */
const ELSEWHERE = "external";
/** How long a piece is. */
const PIECE = 1_000;
const ROOM = 500_000;

function possible(): boolean {
  return typeof MediaRecorder !== "undefined" && "mediaDevices" in navigator;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** One microphone's recording, until it is stopped or as large as the server takes. */
async function record(rate: number): Promise<{ recorder: MediaRecorder; made: Promise<Blob> }> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const end = (): void => stream.getTracks().forEach((track) => track.stop());
  try {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(stream, { audioBitsPerSecond: rate, ...(mimeType && { mimeType }) });
    const pieces: Blob[] = [];
    let size = 0;
    recorder.ondataavailable = ({ data }) => {
      pieces.push(data);
      size += data.size;
      // One more piece must fit, and whatever ends the file.
      if (size > LARGEST_FILE - ROOM && recorder.state === "recording") recorder.stop();
    };
    const made = new Promise((resolve) => (recorder.onstop = resolve)).then(() => {
      end();
      return new Blob(pieces, { type: recorder.mimeType });
    });
    recorder.start(PIECE);
    return { recorder, made };
  } catch (error) {
    end();
    throw error;
  }
}

export function Recorder({ node, use }: Pick<ControlProps, "node" | "use">) {
  const quality = node.params?.["quality"] ?? "";
  const recorder = useRef<MediaRecorder | null>(null);
  const left = useRef(false);
  const [seconds, setSeconds] = useState<number | null>(null);
  const [refused, setRefused] = useState(false);
  const recording = seconds !== null;
  useEffect(() => {
    if (!recording) return;
    const timer = setInterval(() => setSeconds((now) => (now ?? 0) + 1), 1000);
    return () => clearInterval(timer);
  }, [recording]);
  // Whoever goes elsewhere meanwhile keeps what was said until then.
  useEffect(
    () => () => {
      left.current = true;
      recorder.current?.stop();
    },
    [],
  );
  const start = async () => {
    setRefused(false);
    try {
      const { recorder: begun, made } = await record(RATES[quality] ?? RATE);
      const stopped = made.then(async (whole) => {
        recorder.current = null;
        setSeconds(null);
        if (whole.size > 0) await use(whole);
      });
      working(stopped, () => recorder.current?.stop());
      recorder.current = begun;
      setSeconds(0);
      if (left.current) begun.stop(); // While the browser still asked whether the microphone may be used.
    } catch {
      setRefused(true);
    }
  };
  return (
    <>
      <div role="status">{recording && <p class="media-recording">{t("media.sound.recording", { time: clock(seconds) })}</p>}</div>
      {refused && <Banner tone="attention" live title={t("media.sound.refused")} />}
      {possible() && quality !== ELSEWHERE && (
        <Button kind={recording ? "primary" : "secondary"} icon="microphone" wide onClick={() => (recording ? recorder.current?.stop() : start())}>
          {t(recording ? "media.sound.stop" : "media.sound.start")}
        </Button>
      )}
      {quality === ELSEWHERE && (
        <Chooser accept="audio/*" capture="user" use={use} icon="microphone">
          {t("media.sound.start")}
        </Chooser>
      )}
      {!recording && (
        <Chooser accept="audio/*" use={use} icon="form">
          {t("media.sound.choose")}
        </Chooser>
      )}
    </>
  );
}

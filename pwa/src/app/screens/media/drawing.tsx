/** Signing and drawing with a finger, on white or on a picture. Each stroke is kept a moment after it has ended. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { MediaBytes } from "../../../store";
import { working } from "../../data/working";
import { Button } from "../../ui";
import { MediaAnswer } from "./answer";
import { wholeOf } from "./load";
import { Chooser, type ControlProps } from "./question";
import { within } from "./reduce";
import { t } from "./t";

export type DrawingKind = "signature" | "draw" | "annotate";
type Point = readonly [number, number];

interface Stroke {
  readonly colour: string;
  /** Parts of the paper's width. */
  readonly points: readonly Point[];
}

const COLOURS = { black: "#0d2227", red: "#c01616", blue: "#1d3fb8" } as const;
type Colour = keyof typeof COLOURS;
const WIDTH = 960;
const HEIGHTS: Record<DrawingKind, number> = { signature: 420, draw: 960, annotate: 720 };
const PIXELS = 1600;
/** Milliseconds after a stroke: another one may follow. */
const PAUSE = 700;

export function Drawing({ kind, ...props }: ControlProps & { kind: DrawingKind }) {
  const { name, record, label, use, remove } = props;
  const [paper, setPaper] = useState<"answer" | "blank" | Blob>(name ? "answer" : "blank");
  useEffect(() => {
    if (!name && paper === "answer") setPaper("blank");
  }, [name]);
  const over = async () => {
    if (name) setPaper(blobOf(await wholeOf(name, record)));
  };
  /** A picture to draw on is the answer at once, also before the first stroke. */
  const choose = async (file: Blob | undefined, fileName?: string) => {
    const taken = await use(file, fileName);
    if (taken) setPaper(kind === "annotate" && file ? file : "answer");
    return taken;
  };
  if (paper === "answer" && name) {
    return (
      <>
        <MediaAnswer name={name} record={record} label={label} />
        <div class="row">
          {kind === "annotate" && (
            <Button icon="draft" onClick={() => over().catch(() => undefined)}>
              {t("media.draw.more")}
            </Button>
          )}
          <Button icon="returned" onClick={() => setPaper("blank")}>
            {t("media.draw.again")}
          </Button>
          <Button kind="quiet" icon="cross" onClick={remove}>
            {t("media.remove")}
          </Button>
        </div>
      </>
    );
  }
  if (kind === "annotate" && paper === "blank") {
    return (
      <div class="media-ways">
        <Chooser accept="image/*" capture="environment" use={choose} icon="camera">
          {t("media.camera")}
        </Chooser>
        <Chooser accept="image/*" use={choose} icon="picture">
          {t("media.gallery")}
        </Chooser>
      </div>
    );
  }
  return <Paper kind={kind} {...props} under={paper instanceof Blob ? paper : null} choose={choose} />;
}

function blobOf({ bytes, type }: MediaBytes): Blob {
  return new Blob([bytes], { type });
}

interface PaperProps extends ControlProps {
  kind: DrawingKind;
  under: Blob | null;
  choose: ControlProps["use"];
}

function Paper({ kind, label, name, use, remove, under, choose }: PaperProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [colour, setColour] = useState<Colour>(kind === "annotate" ? "red" : "black");
  const picture = usePicture(under);
  const [width, height] = picture ? within(picture.width, picture.height, PIXELS) : [WIDTH, HEIGHTS[kind]];
  const latest = useRef(strokes);
  const pending = useRef<(() => void) | null>(null);
  latest.current = strokes;
  useEffect(() => paint(canvas.current, strokes, picture), [strokes, picture, width, height]);
  const drawing = useRef<Point[] | null>(null);
  // Whoever goes on to the next question at once has the last stroke kept all the same.
  useEffect(() => () => pending.current?.(), []);
  const changed = (next: readonly Stroke[]) => {
    setStrokes(next);
    latest.current = next;
    if (next.length === 0 && !under && !pending.current) {
      if (name) remove();
      return;
    }
    if (pending.current) return;
    const sheet = canvas.current; // Kept also when the person has gone on to another page meanwhile.
    let begin = (): void => undefined;
    const kept = new Promise<void>((resolve) => (begin = resolve)).then(async () => {
      pending.current = null;
      const made = await drawn(sheet, latest.current, picture);
      if (latest.current.length === 0 && !under) remove();
      else if (made) await use(made);
    });
    pending.current = begin;
    setTimeout(begin, PAUSE);
    working(kept, begin);
  };
  return (
    <>
      <p class="soft small">{t(`media.draw.hint.${kind === "signature" ? "sign" : kind}`)}</p>
      <canvas
        ref={canvas}
        class="media-paper"
        data-kind={kind}
        width={width}
        height={height}
        role="img"
        aria-label={t(kind === "signature" ? "media.sign.label" : "media.draw.label", { label })}
        {...pen(drawing, (points, ended) => {
          const stroke = { colour: COLOURS[colour], points };
          if (ended) changed([...latest.current, stroke]);
          else paint(canvas.current, [...latest.current, stroke], picture);
        })}
      />
      {kind !== "signature" && <Colours chosen={colour} choose={setColour} />}
      <p class="small soft" role="status">
        {strokes.length > 0 && t("media.draw.strokes", { count: strokes.length })}
      </p>
      <div class="row">
        {strokes.length > 0 && (
          <>
            <Button icon="returned" onClick={() => changed(strokes.slice(0, -1))}>
              {t("media.draw.undo")}
            </Button>
            <Button kind="quiet" icon="cross" onClick={() => changed([])}>
              {t("media.draw.clear")}
            </Button>
          </>
        )}
        <Chooser accept="image/*" use={choose} icon="picture" quiet>
          {t(kind === "annotate" ? "media.other" : "media.draw.cannot")}
        </Chooser>
      </div>
    </>
  );
}

function Colours({ chosen, choose }: { chosen: Colour; choose: (colour: Colour) => void }) {
  return (
    <div class="row" role="group" aria-label={t("media.draw.colour")}>
      {(Object.keys(COLOURS) as Colour[]).map((colour) => (
        <button key={colour} type="button" class="media-colour" aria-pressed={chosen === colour} onClick={() => choose(colour)}>
          <span aria-hidden="true" style={{ background: COLOURS[colour] }} />
          {t(`media.draw.colour.${colour}`)}
        </button>
      ))}
    </div>
  );
}

function usePicture(under: Blob | null): ImageBitmap | null {
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  useEffect(() => {
    if (!under) return;
    let made: ImageBitmap | undefined;
    let current = true;
    createImageBitmap(under, { imageOrientation: "from-image" }).then(
      (decoded) => {
        made = decoded;
        if (current) setPicture(decoded);
      },
      () => undefined,
    );
    return () => {
      current = false;
      made?.close();
    };
  }, [under]);
  return picture;
}

/** One finger draws; the page doesn't scroll under it (`touch-action`). */
function pen(points: { current: Point[] | null }, stroke: (points: readonly Point[], ended: boolean) => void) {
  const add = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLCanvasElement).getBoundingClientRect();
    points.current?.push([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.width]);
  };
  const end = (event: PointerEvent): void => {
    if (!points.current) return;
    add(event);
    stroke(points.current, true);
    points.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (!event.isPrimary || event.button !== 0) return;
      (event.currentTarget as HTMLCanvasElement).setPointerCapture(event.pointerId);
      points.current = [];
      add(event);
    },
    onPointerMove: (event: PointerEvent) => {
      if (!points.current || !event.isPrimary) return;
      add(event);
      stroke(points.current, false);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

/** The paper as a picture, all strokes on it. */
function drawn(canvas: HTMLCanvasElement | null, strokes: readonly Stroke[], picture: ImageBitmap | null): Promise<Blob | null> {
  paint(canvas, strokes, picture);
  return new Promise((resolve) => (canvas ? canvas.toBlob(resolve, "image/png") : resolve(null)));
}

function paint(canvas: HTMLCanvasElement | null, strokes: readonly Stroke[], picture: ImageBitmap | null): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const { width, height } = canvas;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  if (picture) context.drawImage(picture, 0, 0, width, height);
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width / 160;
  for (const { colour, points } of strokes) {
    context.strokeStyle = colour;
    context.beginPath();
    points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x * width, y * width) : context.lineTo(x * width, y * width)));
    const [first] = points;
    if (first && points.length < 3) context.lineTo(first[0] * width + 1, first[1] * width);
    context.stroke();
  }
}

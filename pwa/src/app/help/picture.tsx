/**
 * Small pictures of a screen, put together from few parts: a phone's outline, and in it rows of what the screen has. They
 * only point; the sentence beside one says the same, so screen readers skip it.
 */
import type { ComponentChildren } from "preact";
import { SHAPES, type IconName } from "../ui/icon";

/** The parts, and how tall each is. */
export const PARTS = {
  /** The app's bar: the boat or the way back, where work is, messages. */
  bar: 24,
  title: 14,
  text: 22,
  /** An entry of a list. */
  row: 30,
  button: 30,
  plain: 30,
  field: 28,
  typed: 28,
  chosen: 24,
  choice: 24,
  ticked: 24,
  unticked: 24,
  good: 24,
  attention: 24,
  plum: 24,
  calm: 24,
  icon: 38,
  to: 38,
  photo: 46,
  code: 46,
  pins: 20,
  keys: 28,
  bars: 44,
  table: 44,
} as const;

export type PartName = keyof typeof PARTS;
type Named = PartName | `${PartName}:${IconName}`;
/** A part, with an icon where it has one; an exclamation mark says that this is what to tap. */
export type Item = Named | `${Named}!`;
/** From top to bottom; several parts in one row share its width. */
export type Picture = readonly (Item | readonly Item[])[];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Drawn extends Box {
  readonly icon: IconName | undefined;
  readonly tap: boolean;
}

const WIDTH = 240;
const EDGE = 14;
const GAP = 8;
const FINGER = "M9 11V5.500a1.750 1.750 0 0 1 3.500 0V11l5 1.200c1.300.3 2 1.300 1.800 2.600l-.7 4.200c-.2 1.200-1.200 2-2.400 2H12c-1 0-1.700-.4-2.300-1.200L5.500 14.500c-.6-.8-.4-1.800.3-2.300s1.600-.4 2.200.3l1 1z";

export function readItem(item: Item): { name: PartName; icon: IconName | undefined; tap: boolean } {
  const tap = item.endsWith("!");
  const [name, icon] = (tap ? item.slice(0, -1) : item).split(":") as [PartName, IconName | undefined];
  return { name, icon, tap };
}

function Glyph({ name, x, y, size = 18, of = "mark" }: { name: IconName; x: number; y: number; size?: number; of?: string }) {
  return <path class={of} d={SHAPES[name]} transform={`translate(${x - size / 2} ${y - size / 2}) scale(${size / 24})`} />;
}

function Line({ x, y, w, of = "grey" }: { x: number; y: number; w: number; of?: string }) {
  return <rect class={of} x={x} y={y - 3.5} width={Math.max(w, 8)} height="7" rx="3.5" />;
}

/** A box with an icon and a line in it: a list's entry, a button, a field. */
function Boxed({ part, of, mark, line = "grey" }: { part: Drawn; of: string; mark?: string; line?: string }) {
  const { x, y, w, h, icon, tap } = part;
  const middle = y + h / 2;
  return (
    <>
      <rect class={tap ? `${of} here` : of} x={x} y={y} width={w} height={h} rx="8" />
      {icon && <Glyph name={icon} x={x + 18} y={middle} of={mark ?? "mark"} />}
      <Line x={x + (icon ? 34 : 14)} y={middle} w={(w - (icon ? 48 : 28)) * 0.7} of={line} />
    </>
  );
}

/** One of several answers: round where only one can be right, square where several can. */
function Answer({ part, on, square }: { part: Drawn; on: boolean; square?: boolean }) {
  const { x, y, w, h, tap } = part;
  const middle = y + h / 2;
  return (
    <>
      {tap && <rect class="tapped here" x={x} y={y - 1} width={w} height={h + 2} rx="8" />}
      <rect class={on ? "on" : "off"} x={x + 8} y={middle - 8} width="16" height="16" rx={square ? 4 : 8} />
      {on && <path class="on-mark" d={`M${x + 12} ${middle}l3 3 5-6`} />}
      <Line x={x + 34} y={middle} w={(w - 48) * 0.7} />
    </>
  );
}

function Chip({ part, of }: { part: Drawn; of: string }) {
  const { x, y, w, h, icon } = part;
  const middle = y + h / 2;
  const wide = Math.min(w, 112);
  return (
    <g class={of}>
      <rect class="pill" x={x} y={y + 1} width={wide} height={h - 2} rx={h / 2 - 1} />
      {icon && <Glyph name={icon} x={x + 16} y={middle} size={15} />}
      <Line x={x + 28} y={middle} w={wide - 42} of="ink" />
    </g>
  );
}

function Bar({ icon, tap, h }: Drawn) {
  const at = icon === "bell" ? 220 : icon === "back" ? 18 : 190;
  return (
    <>
      <path class="bar" d={`M2 ${h + 2}V11a9 9 0 0 1 9-9h218a9 9 0 0 1 9 9v${h - 9}z`} />
      {icon !== "back" && <Glyph name="boat" x={20} y={h / 2 + 2} of="on-bar" />}
      {icon !== "bell" && <Glyph name="bell" x={220} y={h / 2 + 2} of="on-bar" />}
      {icon && <Glyph name={icon} x={at} y={h / 2 + 2} of="on-bar" />}
      {tap && <circle class="none here lit" cx={at} cy={h / 2 + 2} r="11" />}
    </>
  );
}

/** A photo, or the code of a card. */
function Framed({ part, children }: { part: Drawn; children: ComponentChildren }) {
  const side = part.h;
  return (
    <g transform={`translate(${part.x + (part.w - side * 1.3) / 2} ${part.y})`}>
      <rect class={part.tap ? "paper here" : "paper"} width={side * 1.3} height={side} rx="6" />
      {children}
    </g>
  );
}

const DRAW: Readonly<Record<PartName, (part: Drawn) => ComponentChildren>> = {
  bar: (part) => <Bar {...part} />,
  title: ({ x, y, w, h }) => <Line x={x} y={y + h / 2} w={w * 0.5} of="ink" />,
  text: ({ x, y, w }) => [<Line x={x} y={y + 5} w={w * 0.9} />, <Line x={x} y={y + 17} w={w * 0.65} />],
  row: (part) => [<Boxed part={part} of="paper" />, <Glyph name="arrow" x={part.x + part.w - 16} y={part.y + part.h / 2} size={14} />],
  button: (part) => <Boxed part={part} of="act" mark="on-act" line="on-act-line" />,
  plain: (part) => <Boxed part={part} of="plain" line="water" />,
  field: (part) => <Boxed part={part} of="paper" />,
  typed: (part) => [
    <Boxed part={part} of="paper" line="ink" />,
    <path class="mark" d={`M${part.x + (part.w - 28) * 0.7 + 20} ${part.y + 7}v14`} />,
  ],
  chosen: (part) => <Answer part={part} on />,
  choice: (part) => <Answer part={part} on={false} />,
  ticked: (part) => <Answer part={part} on square />,
  unticked: (part) => <Answer part={part} on={false} square />,
  good: (part) => <Chip part={part} of="good" />,
  attention: (part) => <Chip part={part} of="attention" />,
  plum: (part) => <Chip part={part} of="plum" />,
  calm: (part) => <Chip part={part} of="calm" />,
  icon: ({ x, y, w, h, icon, tap }) => [
    tap && <circle class="tapped here" cx={x + w / 2} cy={y + h / 2} r="18" />,
    <Glyph name={icon ?? "form"} x={x + w / 2} y={y + h / 2} size={tap ? 24 : 34} />,
  ],
  to: ({ x, y, w, h }) => <path class="mark dotted" d={`M${x + w * 0.2} ${y + h / 2}h${w * 0.6}m-7-6l7 6-7 6`} />,
  photo: (part) => (
    <Framed part={part}>
      <path class="grey" d="M5 41l15-19 11 12 8-8 16 15z" />
      <circle class="lamp" cx="45" cy="13" r="5" />
    </Framed>
  ),
  code: (part) => (
    <Framed part={part}>
      <path class="ink" d="M14 7h11v11H14zM36 7h11v11H36zM14 28h11v11H14zM29 7h4v7h-4zM29 17h4v4h-4zM36 21h5v5h-5zM29 25h4v7h-4zM36 30h11v4H36zM29 35h5v4h-5zM42 36h5v4h-5z" />
      <path class="hole" d="M17.500 10.500h4v4h-4zM39.500 10.500h4v4h-4zM17.500 31.500h4v4h-4z" />
    </Framed>
  ),
  pins: ({ x, y, w, h }) => [0, 1, 2, 3].map((dot) => <circle key={dot} class={dot < 3 ? "water" : "off"} cx={x + w / 2 - 39 + dot * 26} cy={y + h / 2} r="6" />),
  keys: ({ x, y, w, h, tap }) =>
    [0, 1, 2].map((key) => (
      <g key={key}>
        <rect class={tap && key === 1 ? "paper here" : "paper"} x={x + w / 2 - 84 + key * 58} y={y} width="52" height={h} rx="8" />
        <text x={x + w / 2 - 58 + key * 58} y={y + h / 2 + 5} text-anchor="middle">
          {key + 1}
        </text>
      </g>
    )),
  bars: ({ x, y, w, h }) => [0.45, 0.7, 0.55, 0.95].map((tall, at) => <rect key={at} class={at === 3 ? "lit-bar" : "water"} x={x + w / 2 - 62 + at * 34} y={y + h * (1 - tall)} width="22" height={h * tall} rx="3" />),
  table: ({ x, y, w, h, tap }) => [
    <rect class={tap ? "paper here" : "paper"} x={x} y={y} width={w} height={h} rx="6" />,
    <path class="edge" d={`M${x} ${y + h / 3}h${w}M${x} ${y + (h * 2) / 3}h${w}M${x + w / 2} ${y}v${h}`} />,
    ...[0, 1, 2].flatMap((line) => [<Line key={line} x={x + 10} y={y + (h * (line + 0.5)) / 3} w={w / 4} of={line ? "grey" : "ink"} />, <Line key={line + 3} x={x + w / 2 + 10} y={y + (h * (line + 0.5)) / 3} w={w / 7} of={line ? "grey" : "ink"} />]),
  ],
};

/** Where the finger points: at the sign in the bar, else to the right of what a box says. */
function Finger({ name, part }: { name: PartName; part: Drawn }) {
  const { x, y, w, h, icon } = part;
  const wide = name === "bar" ? (icon === "bell" ? 220 : icon === "back" ? 18 : 190) : name === "icon" ? x + w / 2 + 8 : x + w * 0.68;
  return <path class="finger" d={FINGER} transform={`translate(${wide - 12} ${y + h / 2 - 2}) scale(1.15)`} />;
}

/** Widths in a row: an arrow is narrow, what stands beside it shares the rest. */
function placed(row: readonly Item[], y: number): { name: PartName; part: Drawn }[] {
  const items = row.map(readItem);
  const arrows = items.filter(({ name }) => name === "to").length;
  const full = WIDTH - 2 * EDGE - GAP * (items.length - 1) - arrows * 40;
  const each = full / Math.max(items.length - arrows, 1);
  let x = EDGE;
  return items.map(({ name, icon, tap }) => {
    const w = name === "to" ? 40 : each;
    const part = { x, y, w, h: PARTS[name], icon, tap };
    x += w + GAP;
    return { name, part };
  });
}

export function HelpPicture({ of }: { of: Picture }) {
  const drawn: { name: PartName; part: Drawn }[] = [];
  let y = 12;
  for (const row of of) {
    const items = typeof row === "string" ? [row] : row;
    drawn.push(...placed(items, y));
    y += Math.max(...items.map((item) => PARTS[readItem(item).name])) + GAP;
  }
  const tapped = drawn.filter(({ part }) => part.tap);
  const height = Math.max(y + 4, (tapped.at(-1)?.part.y ?? 0) + 48);
  return (
    <svg class="help-picture" viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true" focusable="false">
      <rect class="frame" x="1" y="1" width={WIDTH - 2} height={height - 2} rx="10" />
      {drawn.map(({ name, part }, at) => (
        <g key={at}>{DRAW[name](part)}</g>
      ))}
      {tapped.map(({ name, part }, at) => (
        <Finger key={at} name={name} part={part} />
      ))}
    </svg>
  );
}

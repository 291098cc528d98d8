/**
 * This year against the year before, from the window's first day on: a line each, told apart by dash and marker, not by
 * colour. Drawn by uPlot. Whoever doesn't see it has the same numbers in a table beside it.
 */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { linesOf, type Lines, type Point } from "../data/progress";
import { formatCount } from "../i18n/format";
import { theme } from "../look";

export interface TrendProps {
  readonly points: readonly Point[];
  readonly today: string;
  /** The most that still meets the target; null without a baseline. */
  readonly budget: number | null;
  /** What a screen reader says of it. */
  readonly label: string;
}

interface Look {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly now: string;
  readonly before: string;
  readonly paper: string;
  /** Pixels of a letter's height. */
  readonly text: number;
  readonly font: string;
}

function lookOf(element: HTMLElement): Look {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const text = Math.max(13, Math.round(Number.parseFloat(style.fontSize) * 0.8));
  return {
    ink: colour("--ink"),
    soft: colour("--ink-soft"),
    line: colour("--line"),
    now: colour("--water"),
    before: colour("--lantern"),
    paper: colour("--paper"),
    text,
    font: `600 ${text}px ${style.fontFamily}`,
  };
}

/** Round steps of whole things, so many that their numbers don't touch. */
const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 500_000];
const NOW = 1;
const BEFORE = 2;

function mark(chart: uPlot, series: number, look: Look): void {
  const { ctx } = chart;
  const scale = devicePixelRatio;
  const size = 0.38 * look.text * scale;
  const values = chart.data[series] ?? [];
  let last: readonly [number, number, number] | null = null;
  ctx.save();
  ctx.setLineDash([]);
  for (const [index, value] of values.entries()) {
    if (value === null || value === undefined) continue;
    const x = chart.valToPos(chart.data[0][index] ?? 0, "x", true);
    const y = chart.valToPos(value, "y", true);
    last = [x, y, value];
    ctx.beginPath();
    if (series === NOW) ctx.arc(x, y, size, 0, 2 * Math.PI);
    else ctx.rect(x - size, y - size, 2 * size, 2 * size);
    ctx.fillStyle = series === NOW ? look.now : look.paper;
    ctx.fill();
    ctx.lineWidth = 2 * scale;
    ctx.strokeStyle = series === NOW ? look.now : look.before;
    ctx.stroke();
  }
  if (last) write(chart, look, last, series === NOW);
  ctx.restore();
}

/** The last number of a line, beside its marker: this year's above, the other below. */
function write(chart: uPlot, look: Look, [x, y, value]: readonly [number, number, number], above: boolean): void {
  const { ctx } = chart;
  const scale = devicePixelRatio;
  ctx.font = `700 ${Math.round(1.15 * look.text * scale)}px ${look.font.replace(/^.*px /, "")}`;
  ctx.textAlign = "center";
  ctx.textBaseline = above ? "bottom" : "top";
  const at = y + (above ? -0.6 : 0.6) * look.text * scale;
  ctx.lineWidth = 4 * scale;
  ctx.strokeStyle = look.paper;
  ctx.strokeText(formatCount(value), x, at);
  ctx.fillStyle = look.ink;
  ctx.fillText(formatCount(value), x, at);
}

function options(lines: Lines, look: Look, size: { width: number; height: number }): uPlot.Options {
  const axis = { stroke: look.soft, font: look.font, ticks: { show: false } };
  const every = Math.max(1, Math.ceil((lines.ends.length * look.text * 4.4) / (size.width - 5 * look.text)));
  const named = lines.ends.filter((_, index) => (index + 1) % every === 0);
  const dates = new Map(named);
  const most = Math.max(1, ...[...lines.now, ...lines.before].map((value) => value ?? 0));
  return {
    ...size,
    padding: [1.4 * look.text, 2 * look.text, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: [0, Math.max(1, ...lines.days)] },
      y: { range: (_chart, _least, highest) => [0, Math.max(most, highest, 4) * 1.08] },
    },
    axes: [
      {
        ...axis,
        size: 2.2 * look.text,
        grid: { show: false },
        splits: () => named.map(([day]) => day),
        values: (_chart, splits) => splits.map((day) => (dates.get(day) ?? "").slice(5).split("-").reverse().join("/")),
      },
      { ...axis, size: 3.4 * look.text, gap: 0.8 * look.text, space: 2.6 * look.text, incrs: STEPS, grid: { stroke: look.line, width: 1 }, values: (_chart, splits) => splits.map((value) => String(value)) },
    ],
    series: [
      {},
      { stroke: look.now, width: 3, spanGaps: true, points: { show: false } },
      { stroke: look.before, width: 2, dash: [9, 6], spanGaps: true, points: { show: false } },
      { stroke: look.ink, width: 2, dash: [2, 4], spanGaps: true, points: { show: false } },
    ],
    hooks: {
      draw: [
        (chart) => {
          mark(chart, BEFORE, look);
          mark(chart, NOW, look);
        },
      ],
    },
  };
}

function columns(lines: Lines, budget: number | null): uPlot.AlignedData {
  const level = lines.days.map((_, index) => (budget !== null && (index === 0 || index === lines.days.length - 1) ? budget : null));
  return [[...lines.days], [...lines.now], [...lines.before], level];
}

export function Trend({ points, today, budget, label }: TrendProps) {
  const box = useRef<HTMLDivElement>(null);
  const worn = theme.value;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const lines = linesOf(points, today);
    const sized = () => ({ width: Math.max(160, element.clientWidth), height: Math.max(120, element.clientHeight) });
    let chart: uPlot | null = null;
    const draw = (): void => {
      chart?.destroy();
      chart = new uPlot(options(lines, lookOf(element), sized()), columns(lines, budget), element);
    };
    draw();
    const watch = new ResizeObserver(() => {
      const { width, height } = sized();
      if (chart && (chart.width !== width || chart.height !== height)) draw();
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart?.destroy();
    };
  }, [points, today, budget, worn]);
  return <div ref={box} class="trend" role="img" aria-label={label} />;
}

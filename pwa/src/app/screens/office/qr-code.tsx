/** A text as a QR code, drawn on this phone: no server hears of it. Dark on white in every look, as scanners want it. */
import { encodeQR } from "qr";
import { useMemo } from "preact/hooks";
import "./qr-code.css";

/** White modules around the code (ISO/IEC 18004, 5.3.8). */
const QUIET_ZONE = 4;

/** The code's side in modules, its quiet zone with it, and its dark modules as an SVG path: a rectangle for each run in a row. */
export function qrPath(text: string): { readonly side: number; readonly path: string } {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  const runs = rows.flatMap((row, top) => {
    const line = row.map((dark) => (dark ? "#" : " ")).join("");
    return [...line.matchAll(/#+/g)].map((run) => `M${run.index} ${top}h${run[0].length}v1h-${run[0].length}z`);
  });
  return { side: rows.length, path: runs.join("") };
}

export function QrCode({ text, label }: { text: string; label: string }) {
  const { side, path } = useMemo(() => qrPath(text), [text]);
  return (
    <svg class="qr-code" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}

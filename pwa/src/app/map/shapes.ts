/** How shapes are drawn, in a square of 36. */
import type { Shape } from "./spots";

export const PATHS: Readonly<Record<Shape, string>> = {
  circle: "M18 4a14 14 0 1 0 .1 0z",
  square: "M5 5h26v26H5z",
  triangle: "M18 2l16 30H2z",
  diamond: "M18 2l16 16-16 16L2 18z",
};

/** The controls that few forms have, in one file: fetched when a form has one, and kept by the service worker. */
export { Barcode } from "./barcode";
export { Range } from "./range";
export { Rank } from "./rank";
export { Track } from "./track";

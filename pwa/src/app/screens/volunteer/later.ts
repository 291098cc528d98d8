/**
 * The volunteer's screens behind the first ones, in one file: fetched as soon as the form list stands (`warmLater`), and
 * kept by the service worker with the rest, so that the way to the first form is short on a slow link.
 */
export { Campaign } from "./campaign";
export { Conflict } from "./conflict";
export { Fill } from "./fill";
export { HandIn } from "./hand-in";
export { Held } from "./held";
export { Me } from "./me";
export { Messages } from "./messages";
export { Outbox } from "./outbox";
export { Receipt } from "./receipt";
export { Persons } from "./persons";
export { Record } from "./record";
export { Records } from "./records";
export { Saved } from "./saved";

/** What shows media where they are not asked for. */
export { MediaAnswer } from "./answer";
export { Waiting } from "./waiting";

// By itself: the screen that opens first needs it and nothing else of the runtime.

/** Whether a value says nothing: null, '' or no choice. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

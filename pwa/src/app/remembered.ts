/** Small conveniences kept in localStorage; where the browser allows none, they are simply forgotten. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A convenience only: nothing of the person's work is ever kept here.
  }
}

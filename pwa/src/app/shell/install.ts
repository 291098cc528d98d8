/** Putting the app on the home screen: the browser's own question where there is one, words where there is none. */
import { signal } from "@preact/signals";

interface InstallEvent extends Event {
  prompt(): Promise<void>;
  readonly userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

const waiting = signal<InstallEvent | null>(null);
export const canInstall = signal(false);

function isInstallEvent(event: Event): event is InstallEvent {
  return "prompt" in event;
}

export function rememberInstallPrompt(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    if (!isInstallEvent(event)) return;
    waiting.value = event;
    canInstall.value = true;
  });
  addEventListener("appinstalled", () => {
    canInstall.value = false;
  });
}

/** Shows the browser's question; it can be shown once. */
export async function install(): Promise<void> {
  const event = waiting.peek();
  waiting.value = null;
  canInstall.value = false;
  await event?.prompt();
}

/** Opened from the home screen already. */
export function installed(): boolean {
  return matchMedia("(display-mode: standalone)").matches;
}

/** iPhones and iPads have no install question, and push only after the app is on the home screen. */
export function onApple(): boolean {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
}

/** How this browser puts an app on the home screen: asked by a button, or by hand in a way of its own. Null: it doesn't. */
export type Way = "button" | "ios" | "menu" | "firefox";

export function wayToInstall(agent = navigator.userAgent): Way | null {
  if (installed()) return null;
  if (onApple()) return "ios";
  if (canInstall.value) return "button";
  if (!agent.includes("Android")) return null;
  return agent.includes("Firefox/") ? "firefox" : "menu";
}

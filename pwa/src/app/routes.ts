/** Every address of the app. The first screens come with the shell; the others' code is fetched when they are opened. */
import { later } from "./later";
import type { SCREENS } from "./offices";
import type { Route, Screen } from "./router";
import { Enrol } from "./screens/volunteer/enrol";
import { Home } from "./screens/volunteer/home";

/** How the route of somebody else's screen loads it. */
function behind(name: keyof typeof SCREENS): () => Promise<{ default: Screen }> {
  return async () => (await import("./offices")).SCREENS[name]();
}

export const ROUTES: readonly Route[] = [
  { path: "", section: "home", screen: Home },
  { path: "enrol", screen: Enrol, open: true },
  { path: "enrol/:token", screen: Enrol, open: true },
  { path: "scan", load: () => import("./screens/volunteer/scan"), open: true },
  { path: "fill/:draft", load: later("Fill"), focused: true },
  { path: "saved/:id", section: "home", load: later("Saved") },
  { path: "records", load: later("Records") },
  { path: "record/:id", section: "records", load: later("Record") },
  { path: "record/:id/receipt", section: "records", load: later("Receipt") },
  { path: "record/:id/conflict", section: "records", load: later("Conflict") },
  { path: "outbox", load: later("Outbox") },
  { path: "handin", section: "outbox", load: later("HandIn") },
  { path: "held/:id", section: "outbox", load: later("Held") },
  { path: "campaign", load: later("Campaign") },
  { path: "campaign/:id", load: later("Campaign") },
  { path: "messages", load: later("Messages") },
  { path: "me", load: later("Me") },
  // The supervisor's and the office's own: a volunteer downloads neither them nor where they are.
  { path: "inbox", load: behind("desk") },
  { path: "review/:id", section: "inbox", load: behind("desk") },
  { path: "quarantine", section: "inbox", load: behind("quarantine") },
  { path: "register", section: "records", load: behind("register") },
  { path: "map", section: "inbox", load: behind("map") },
  { path: "office", load: behind("office") },
  { path: "setup", section: "office", load: behind("setup") },
  { path: "setup/:campaign/places", section: "office", load: behind("setupPlaces") },
  { path: "setup/:campaign/targets", section: "office", load: behind("setupTargets") },
  { path: "setup/:campaign/milestones", section: "office", load: behind("setupMilestones") },
  { path: "setup/:campaign/indicators", section: "office", load: behind("setupIndicators") },
  { path: "setup/:campaign/windows", section: "office", load: behind("setupWindows") },
  { path: "setup/:campaign/calendar", section: "office", load: behind("setupCalendar") },
  { path: "periods", load: behind("periods") },
  { path: "commendations", load: behind("commendations") },
  { path: "commendations/:campaign/:record", load: behind("commendation") },
  { path: "scores", section: "campaign", load: behind("scores") },
  { path: "scores/:campaign/:place", section: "campaign", load: behind("scoreSheet") },
  { path: "export", load: behind("export") },
  { path: "forms", section: "office", load: behind("forms") },
  { path: "forms/:version/preview", section: "office", load: behind("formsPreview") },
  { path: "undelivered", section: "office", load: behind("undelivered") },
  { path: "wall", focused: true, load: behind("wall") },
  { path: "people", load: behind("people") },
  { path: "people/cards", load: behind("sheets") },
  { path: "people/cards/:whom", load: behind("sheets") },
  { path: "people/import", load: behind("peopleImport") },
];

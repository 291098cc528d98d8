/** Every address of the app. The first screens come with the shell; the others' code is fetched when they are opened. */
import { later } from "./later";
import type { Route } from "./router";
import { Enrol } from "./screens/volunteer/enrol";
import { Home } from "./screens/volunteer/home";

export const ROUTES: readonly Route[] = [
  { path: "", section: "home", screen: Home },
  { path: "enrol", screen: Enrol, open: true },
  { path: "enrol/:token", screen: Enrol, open: true },
  { path: "fill/:draft", load: later("Fill"), focused: true },
  { path: "saved/:id", section: "home", load: later("Saved") },
  { path: "records", section: "records", load: later("Records") },
  { path: "record/:id", section: "records", load: later("Record") },
  { path: "record/:id/conflict", section: "records", load: later("Conflict") },
  { path: "outbox", section: "outbox", load: later("Outbox") },
  { path: "handin", section: "outbox", load: later("HandIn") },
  { path: "held/:id", section: "outbox", load: later("Held") },
  { path: "campaign", section: "campaign", load: later("Campaign") },
  { path: "campaign/:id", section: "campaign", load: later("Campaign") },
  { path: "messages", load: later("Messages") },
  { path: "me", section: "me", load: later("Me") },
  // The supervisor's and the office's own: lazily, so that a volunteer never downloads them.
  { path: "inbox", section: "inbox", load: () => import("./screens/supervisor/desk") },
  { path: "review/:id", section: "inbox", load: () => import("./screens/supervisor/desk") },
  { path: "quarantine", section: "inbox", load: () => import("./screens/supervisor/quarantine") },
  { path: "register", section: "records", load: () => import("./screens/supervisor/register") },
  { path: "office", section: "office", load: () => import("./screens/office/office") },
  { path: "periods", section: "periods", load: () => import("./screens/office/periods") },
  { path: "export", section: "export", load: () => import("./screens/office/export") },
  { path: "forms", section: "office", load: () => import("./screens/office/forms") },
  { path: "forms/:version/preview", section: "office", load: () => import("./screens/office/forms-preview") },
  { path: "people", section: "people", load: () => import("./screens/office/people") },
];

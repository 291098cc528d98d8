/** Every address of the app. A screen's code is fetched when its address is opened; the volunteer's come with the shell. */
import type { Route } from "./router";
import { Campaign } from "./screens/volunteer/campaign";
import { Conflict } from "./screens/volunteer/conflict";
import { Enrol } from "./screens/volunteer/enrol";
import { Fill } from "./screens/volunteer/fill";
import { Held } from "./screens/volunteer/held";
import { Home } from "./screens/volunteer/home";
import { Me } from "./screens/volunteer/me";
import { Messages } from "./screens/volunteer/messages";
import { Outbox } from "./screens/volunteer/outbox";
import { Record } from "./screens/volunteer/record";
import { Records } from "./screens/volunteer/records";
import { Saved } from "./screens/volunteer/saved";

export const ROUTES: readonly Route[] = [
  { path: "", section: "home", screen: Home },
  { path: "enrol", screen: Enrol, open: true },
  { path: "enrol/:token", screen: Enrol, open: true },
  { path: "fill/:draft", screen: Fill, focused: true },
  { path: "saved/:id", section: "home", screen: Saved },
  { path: "records", section: "records", screen: Records },
  { path: "record/:id", section: "records", screen: Record },
  { path: "record/:id/conflict", section: "records", screen: Conflict },
  { path: "outbox", section: "outbox", screen: Outbox },
  { path: "held/:id", section: "outbox", screen: Held },
  { path: "campaign", section: "campaign", screen: Campaign },
  { path: "campaign/:id", section: "campaign", screen: Campaign },
  { path: "messages", screen: Messages },
  { path: "me", section: "me", screen: Me },
  // The supervisor's and the office's own: lazily, so that a volunteer never downloads them.
  { path: "inbox", section: "inbox", load: () => import("./screens/supervisor/desk") },
  { path: "review/:id", section: "inbox", load: () => import("./screens/supervisor/desk") },
  { path: "quarantine", section: "inbox", load: () => import("./screens/supervisor/quarantine") },
  { path: "register", section: "records", load: () => import("./screens/supervisor/register") },
  { path: "office", section: "office", load: () => import("./screens/office/office") },
  { path: "people", section: "people", load: () => import("./screens/office/people") },
];

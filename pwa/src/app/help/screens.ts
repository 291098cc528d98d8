/** Help for the screens that everybody has, and where the help for the others is. */
import { help } from "../i18n/help";
import { step, type Steps } from "./steps";

export type HelpKey = keyof typeof help.vi;

const CAMPAIGN = [
  step<HelpKey>("campaign.figures", ["bar", "title", "bars"]),
  step<HelpKey>("campaign.place", ["title", "field:pin!", "bars"], "main select"),
  step<HelpKey>("campaign.milestones", [["icon:flag", "good:check"], ["icon:flag", "calm:clock"]]),
  step<HelpKey>("campaign.details", ["bars", "plain!"], "main section[data-gap=small] > button"),
];

const ENROL = [
  step<HelpKey>("enrol.name", ["bar", ["icon:person", "icon:pin"], "text"]),
  step<HelpKey>("enrol.agree", ["text", "ticked!", "button:check!"]),
  step<HelpKey>("enrol.wait", [["icon:cloud", "to", "icon:phone"], "text"]),
];

export const EVERYBODYS: Steps<HelpKey> = {
  welcome: [
    step("welcome.link", [["icon:person", "to", "icon:phone"], "text"]),
    step("welcome.scan", ["code", "plain:code!"]),
    step("welcome.ask", [["icon:people", "to", "code"]]),
  ],
  enrol: ENROL,
  "enrol/:token": ENROL,
  scan: [step("scan.hold", ["bar", "code", "plain:camera!"]), step("scan.picture", [["photo", "to", "icon:code"], "plain:picture!"]), step("scan.type", ["code", "typed", "plain!"])],
  persons: [
    step("persons.name", ["title", "row:person", "row:person!"]),
    step("persons.pin", ["pins", "keys!"]),
    step("persons.forgotten", [["icon:person", "to", "icon:phone"], "pins"]),
    step("persons.add", ["row:person", "row:person", "row:plus"]),
  ],
  "": [
    step("home.form", ["bar", "title", "row:form!", "row:megaphone"]),
    step("home.attention", ["bar", "attention:returned", "row:draft!"]),
    step("home.offline", [["icon:offline", "to", "good:phone"], ["icon:phone", "to", "icon:cloud"]]),
    step("home.sign", ["bar:send!", "title"]),
  ],
  "fill/:draft": [
    step("fill.answer", ["title", "chosen!", "choice", "typed"], "!.remark"),
    step("fill.remark", ["attention:returned", "title", "typed"], ".remark"),
    step("fill.photo", ["title", "photo", "plain:camera!"], ".question[data-type=image]"),
    step("fill.point", ["title", "plain:pin!", "text"], ".question[data-type=geopoint]"),
    step("fill.kept", ["typed", "good:check"]),
    step("fill.finish", ["typed", "typed", "button:check!"]),
  ],
  "saved/:id": [
    step("saved.here", ["icon:phone", "good:check"]),
    step("saved.send", [["icon:phone", "to", "icon:cloud"]]),
    step("saved.open", ["button:home", "plain:form!"]),
  ],
  records: [
    step("records.open", ["bar", "row:form!", "row:form"]),
    step("records.state", [["calm:phone", "calm:clock"], ["attention:returned", "good:check"]]),
    step("records.whose", [["plain:person!", "field:people"], "row:form"]),
  ],
  "record/:id": [
    step("record.state", ["bar:back", ["good:cloud", "calm:clock"], "text"]),
    step("record.returned", ["attention:returned", "text", "button:draft!"], "main .banner[data-tone=attention]"),
    step("record.disputed", ["plum:split", ["typed", "typed"], "button:split!"], "main a[href$='/conflict']"),
    step("record.edit", ["text", "plain:draft!", "row:clock"], "!main .banner[data-tone=attention]"),
    step("record.receipt", [["icon:person", "to", "good:cloud"]], "main a[href$='/receipt']"),
  ],
  "record/:id/conflict": [
    step("conflict.two", [["icon:person", "icon:person"], ["typed", "typed"]]),
    step("conflict.choose", ["title", "chosen!", "choice"]),
    step("conflict.save", ["chosen", "button:check!"]),
  ],
  "record/:id/receipt": [step("receipt.show", [["good:cloud", "to", "icon:person"]]), step("receipt.share", ["text", ["plain:send!", "plain:form"]])],
  outbox: [
    step("outbox.here", ["bar:send", "row:form", ["icon:phone", "to", "icon:cloud"]]),
    step("outbox.now", ["row:form", "button:sync!"]),
    step("outbox.file", ["row:form", "plain:download!"]),
    step("outbox.hand", [["icon:phone", "to", "icon:phone"], "row:form!"]),
  ],
  handin: [step("handin.choose", ["title", "plain:form!"]), step("handin.look", [["icon:person", "icon:form"], "button:send!"]), step("handin.twice", [["icon:form", "to", "icon:cloud"], "good:check"])],
  "held/:id": [
    step("held.kept", [["icon:form", "to", "icon:hold"], "calm:hold"]),
    step("held.why", ["attention:hold", "text"]),
    step("held.decide", ["text", "plain:sync!"]),
  ],
  campaign: CAMPAIGN,
  "campaign/:id": CAMPAIGN,
  messages: [
    step("messages.open", ["bar:bell", "row:returned!", "row:flag"]),
    step("messages.push", ["text", "plain:bell!"]),
    step("messages.kinds", ["ticked!", "ticked", "unticked"]),
  ],
  me: [
    step("me.language", ["title", "chosen!", "choice"]),
    step("me.look", ["title", "choice", "chosen!"]),
    step("me.install", ["text", ["icon:boat", "to", "icon:phone"]]),
    step("me.shared", ["row:person", "pins"]),
    step("me.leave", [["icon:phone", "to", "icon:people"], "good:phone"]),
  ],
};

/** Whose file of help has the other screens', or why a screen has none. */
export const ELSEWHERE: Readonly<Record<string, "supervisor" | "office" | { readonly none: string }>> = {
  inbox: "supervisor",
  "review/:id": "supervisor",
  quarantine: "supervisor",
  register: "supervisor",
  map: "supervisor",
  office: "office",
  setup: "office",
  "setup/:campaign/places": "office",
  "setup/:campaign/indicators": "office",
  "setup/:campaign/targets": "office",
  "setup/:campaign/milestones": "office",
  "setup/:campaign/windows": "office",
  "setup/:campaign/calendar": "office",
  periods: "office",
  commendations: "office",
  "commendations/:campaign/:record": "office",
  scores: "office",
  "scores/:campaign/:place": "office",
  export: "office",
  forms: "office",
  "forms/:version/preview": "office",
  undelivered: "office",
  people: "office",
  "people/cards": "office",
  "people/cards/:whom": "office",
  "people/import": "office",
  wall: { none: "It hangs on a wall: nobody touches it, and it has no heading to put a button beside." },
};

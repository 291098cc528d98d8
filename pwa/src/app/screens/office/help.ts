/** Help for the standing office's screens: kept on the devices that have those. */
import { officeHelp } from "../../i18n/help-office";
import { step, type Steps } from "../../help/steps";

type Key = keyof typeof officeHelp.vi;

export const WORDS = officeHelp;

const CARDS = [
  step<Key>("cards.choose", ["ticked!", "ticked", "unticked"]),
  step<Key>("cards.make", [["code", "code"], "button:code!"]),
  step<Key>("cards.print", [["icon:form", "to", "icon:person"], "text"]),
];

export const STEPS: Steps<Key> = {
  office: [
    step("office.ways", ["bar", "row:list!", "row:check"]),
    step("office.baseline", ["title", "typed", "button:check!"]),
    step("office.progress", ["title", "bars"]),
  ],
  setup: [step("setup.parts", ["title", "row:check", "row:alert!"]), step("setup.missing", ["good:check", "attention:alert"]), step("setup.review", ["typed", "table", "button:check!"])],
  "setup/:campaign/places": [
    step("places.merge", [["row:pin", "to", "row:pin"], "typed"]),
    step("places.review", ["row:people", "button:check!"]),
  ],
  "setup/:campaign/targets": [
    step("targets.type", ["title", "typed!", "field"]),
    step("targets.units", ["title", "row:pin!", "typed"]),
    step("targets.review", ["typed", "button:check!"]),
  ],
  "setup/:campaign/milestones": [
    step("milestones.add", ["row:flag", "plain:plus!"]),
    step("milestones.edit", ["row:flag", ["plain:draft!", "plain:cross"]]),
    step("milestones.told", [["icon:flag", "to", "icon:bell"], "good:check"]),
    step("milestones.review", ["row:flag", "button:check!"]),
  ],
  "setup/:campaign/indicators": [step("named.open", ["title", "row:list!", "typed"]), step("named.review", ["typed", "table", "button:check!"])],
  "setup/:campaign/windows": [step("windows.days", ["title", ["typed!", "typed"]]), step("windows.review", ["typed", "table", "button:check!"])],
  "setup/:campaign/calendar": [
    step("calendar.days", ["title", ["typed", "typed"], "plain:plus!"]),
    step("calendar.review", ["row:clock", "button:check!"]),
  ],
  periods: [
    step("periods.prepare", ["row:clock", "plain:draft!"]),
    step("periods.sign", ["table", "button:check!"]),
    step("periods.correct", [["calm:anchor", "attention:draft"], "plain:draft!"]),
  ],
  commendations: [
    step("commendations.open", ["attention:star", "row:star!", "row:star"]),
    step("commendations.where", [["icon:people", "to", "icon:check", "to", "icon:star"]]),
    step("commendations.papers", ["title", "plain:download!"]),
  ],
  "commendations/:campaign/:record": [
    step("commendation.where", ["bar:back", "calm:flag", "text"]),
    step("commendation.evidence", ["row:form!", "row:form"]),
    step("commendation.step", ["typed", ["button:check!", "plain:returned"]]),
  ],
  scores: [
    step("scores.unit", ["table", "row:pledge!"]),
    step("scores.three", [["icon:people", "to", "icon:check", "to", "icon:anchor"]]),
    step("scores.download", ["table", "plain:download!"], "main .score-units"),
  ],
  "scores/:campaign/:place": [
    step("sheet.item", ["title", "table"]),
    step("sheet.behind", ["row:form!", "row:form"]),
    step("sheet.points", ["typed!", "typed:draft", "button:check"]),
  ],
  export: [
    step("export.report", [["field", "field"], "button:download!"]),
    step("export.figures", ["table", "plain:download!"]),
    step("export.care", [["icon:form", "icon:hold"], "text"]),
  ],
  forms: [
    step("forms.upload", [["icon:form", "to", "icon:cloud"], "button!"]),
    step("forms.preview", ["title", "chosen", "plain:phone!"]),
    step("forms.publish", ["row:people", "button:send!"]),
    step("forms.retire", ["row:form", "plain:cross!"]),
  ],
  "forms/:version/preview": [step("preview.fill", ["title", "chosen!", "typed"]), step("preview.check", ["typed", "button:check!"])],
  undelivered: [
    step("undelivered.who", ["row:person", "row:person"]),
    step("undelivered.call", [["icon:phone", "to", "icon:person"]]),
    step("undelivered.kept", [["icon:bell", "to", "good:check"]]),
  ],
  people: [
    step("people.add", ["row:person", "button:plus!"]),
    step("people.link", [["icon:person", "to", "code"], "plain!"]),
    step("people.roles", ["row:person", "plain!"]),
    step("people.revoke", ["row:phone", "plain:cross!"]),
  ],
  "people/cards": CARDS,
  "people/cards/:whom": CARDS,
  "people/import": [
    step("import.give", ["plain:form!", "typed"]),
    step("import.look", [["good:plus", "attention:alert"], "table"]),
    step("import.mend", ["row:alert", ["field:people!", "field:pin"]]),
    step("import.add", ["row:person", "button:plus!", ["icon:person", "to", "code"]]),
  ],};

/** Help for the supervisor's screens: kept on the phones that have those. */
import { supervisorHelp } from "../../i18n/help-supervisor";
import { step, type Steps } from "../../help/steps";

export const WORDS = supervisorHelp;

export const STEPS: Steps<keyof typeof supervisorHelp.vi> = {
  inbox: [
    step("inbox.open", ["bar", "row:alert!", "row:form"]),
    step("inbox.find", [["typed", "field"], "row:form"]),
    step("inbox.many", ["plain:check!", "ticked", "ticked"]),
    step("inbox.offline", ["good:check", ["icon:phone", "to", "icon:cloud"]]),
    step("inbox.more", ["row:hold", "row:pin", "row:list"]),
  ],
  "review/:id": [
    step("review.read", ["bar:back", "attention:draft", "title", "text"]),
    step("review.approve", ["text", ["button:check!", "plain"]]),
    step("review.return", ["typed:draft", ["button", "plain:returned!"]]),
    step("review.disputed", ["plum:split", "chosen!", "choice"], "main .banner[data-tone=plum]"),
    step("review.change", ["row:clock", "row:clock"], "!main .banner[data-tone=plum]"),
  ],
  quarantine: [
    step("quarantine.why", ["attention:hold", "text"]),
    step("quarantine.take", ["text", ["button:check!", "plain"]]),
    step("quarantine.leave", ["text", ["button", "plain:cross!"]]),
  ],
  register: [step("register.find", ["typed!", "row:form"]), step("register.filter", [["field", "field"], "row:form"]), step("register.open", ["row:form", "row:form!"])],
  map: [
    step("map.what", [["plain:alert!", "plain:inbox"], ["icon:pin", "icon:pin", "icon:pin"]]),
    step("map.spot", [["icon:pin", "icon:pin!", "icon:pin"], "row:form"]),
    step("map.open", [["icon:pin"], "row:form!"]),
  ],
};

import { t, type WordKey } from "../i18n/t";
import { may, syncStatus } from "../session";
import { Icon, type IconName } from "../ui/icon";
import { conflictsOfMine } from "./conflicts";

interface Entry {
  readonly section: string;
  readonly href: string;
  readonly icon: IconName;
  readonly word: WordKey;
  readonly shown: () => boolean;
  /** Only where there is room for more than five: on a wide screen. */
  readonly roomy?: () => boolean;
}

/** What each role finds at the bottom of the phone and on the left of a wide screen; at most five, and more where there is room. */
const ENTRIES: readonly Entry[] = [
  { section: "home", href: "#/", icon: "home", word: "nav.home", shown: () => may("write") },
  { section: "office", href: "#/office", icon: "target", word: "nav.office", shown: () => may("office") },
  { section: "inbox", href: "#/inbox", icon: "inbox", word: "nav.inbox", shown: () => may("decide") },
  { section: "records", href: "#/records", icon: "list", word: "nav.records", shown: () => may("read") && !may("office") && !may("review"), roomy: () => may("sign") },
  { section: "records", href: "#/register", icon: "list", word: "nav.records", shown: () => may("review") },
  { section: "outbox", href: "#/outbox", icon: "send", word: "nav.outbox", shown: () => may("write") && !may("review"), roomy: () => may("decide") },
  { section: "office", href: "#/forms", icon: "form", word: "nav.forms", shown: () => may("forms") && !may("office") },
  { section: "people", href: "#/people", icon: "people", word: "nav.people", shown: () => may("people"), roomy: () => may("write") },
  { section: "periods", href: "#/periods", icon: "check", word: "nav.periods", shown: () => may("sign") && !may("office") },
  { section: "export", href: "#/export", icon: "download", word: "nav.export", shown: () => may("export") && !may("office") && !may("write") },
  { section: "commendations", href: "#/commendations", icon: "star", word: "nav.commendations", shown: () => may("commend"), roomy: () => may("write") },
  { section: "campaign", href: "#/campaign", icon: "flag", word: "nav.campaign", shown: () => true },
  { section: "me", href: "#/me", icon: "person", word: "nav.me", shown: () => true },
];

const OFFICES: readonly string[] = ["export", "periods", "commendations"];

export function Navigation({ section }: { section: string }) {
  const { waiting } = syncStatus.value;
  const conflicts = conflictsOfMine.value;
  const disputed = may("review") ? "inbox" : "records";
  const shown = ENTRIES.filter((entry) => entry.shown());
  // What the office comes to by its own page has no entry here.
  const here = shown.some((entry) => entry.section === section) || !OFFICES.includes(section) ? section : "office";
  return (
    <nav class="nav" aria-label={t("nav.label")}>
      {shown.map((entry) => (
        <a
          key={entry.section}
          href={entry.href}
          data-roomy={entry.roomy?.() ? "yes" : undefined}
          aria-current={entry.section === here ? "page" : undefined}
        >
          <Icon name={entry.icon} />
          <span>{t(entry.word)}</span>
          {entry.section === "outbox" && waiting > 0 && <span class="count">{waiting}</span>}
          {entry.section === disputed && conflicts > 0 && (
            <span class="count" data-tone="plum">
              <Icon name="split" />
              <span aria-hidden="true">{conflicts}</span>
              <span class="sr">{t("nav.conflicts", { count: conflicts })}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}

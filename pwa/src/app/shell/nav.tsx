import { t, type WordKey } from "../i18n/t";
import { may, syncStatus } from "../session";
import { Icon, type IconName } from "../ui/icon";

interface Entry {
  readonly section: string;
  readonly href: string;
  readonly icon: IconName;
  readonly word: WordKey;
  readonly shown: () => boolean;
}

/** What each role finds at the bottom of the phone and on the left of a wide screen; at most five. */
const ENTRIES: readonly Entry[] = [
  { section: "home", href: "#/", icon: "home", word: "nav.home", shown: () => may("write") },
  { section: "office", href: "#/office", icon: "target", word: "nav.office", shown: () => may("office") },
  { section: "inbox", href: "#/inbox", icon: "inbox", word: "nav.inbox", shown: () => may("review") },
  { section: "records", href: "#/records", icon: "list", word: "nav.records", shown: () => !may("office") },
  { section: "outbox", href: "#/outbox", icon: "send", word: "nav.outbox", shown: () => may("write") && !may("review") },
  { section: "people", href: "#/people", icon: "people", word: "nav.people", shown: () => may("people") && !may("write") },
  { section: "campaign", href: "#/campaign", icon: "flag", word: "nav.campaign", shown: () => true },
  { section: "me", href: "#/me", icon: "person", word: "nav.me", shown: () => true },
];

export function Navigation({ section }: { section: string }) {
  const { waiting } = syncStatus.value;
  return (
    <nav class="nav" aria-label={t("nav.label")}>
      {ENTRIES.filter((entry) => entry.shown()).map((entry) => (
        <a key={entry.section} href={entry.href} aria-current={entry.section === section ? "page" : undefined}>
          <Icon name={entry.icon} />
          <span>{t(entry.word)}</span>
          {entry.section === "outbox" && waiting > 0 && <span class="count">{waiting}</span>}
        </a>
      ))}
    </nav>
  );
}

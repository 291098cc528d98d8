/** What the person was told, newest first, for phones without notifications too. What is shown has been read. */
import { useEffect, useRef } from "preact/hooks";
import type { MessageDocument, MilestoneDocument } from "../../../shared/protocol";
import { personName, placeName, useLookup, type Lookup } from "../../data/lookup";
import { localized } from "../../i18n";
import { formatDate, formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { here } from "../../session";
import { EmptyState, Icon, List, ListItem, Page, type IconName } from "../../ui";
import { Notifications } from "./campaign/notifications";

const ICONS: Record<MessageDocument["kind"], IconName> = {
  returned: "returned",
  rejected: "cross",
  conflict: "split",
  decided: "check",
  quarantined: "hold",
  milestone: "flag",
  guard: "alert",
  deadline: "clock",
  asked: "inbox",
  overdue: "clock",
  escalated: "alert",
  released: "check",
  discarded: "minus",
  moved: "anchor",
  late: "clock",
  corrected: "anchor",
  stands_in: "people",
  to_vote: "star",
  to_check: "star",
  to_clear: "star",
  to_list: "star",
  to_grant: "star",
};

/** What they say is a first and a last day. */
const DAYS: ReadonlySet<string> = new Set<MessageDocument["kind"]>(["late", "corrected", "stands_in"]);

/** It tells of a nomination that waits for a step. */
const nominates = (message: MessageDocument): boolean => message.kind.startsWith("to_");

function target(message: MessageDocument): string {
  if (nominates(message)) return `#/commendations/${message.about ?? ""}/${message.record ?? ""}`;
  if (message.kind === "stands_in") return "#/inbox";
  if (message.kind === "asked" || message.kind === "overdue") return message.record ? `#/review/${message.record}` : "#/inbox";
  if (message.record) return `#/record/${message.record}`;
  if (message.kind === "escalated") return "#/register";
  return message.about ? "#/campaign" : "#/outbox";
}

interface Known extends Lookup {
  readonly milestones: ReadonlyMap<string, MilestoneDocument>;
}

/** What it is about: a milestone has a name of its own. */
function titleOf(message: MessageDocument, known: Known): string {
  const milestone = message.about ? known.milestones.get(message.about) : undefined;
  return milestone ? localized(milestone.name) : t(`message.${message.kind}`);
}

/** A reason that somebody wrote; the place that a record went to, or at which something waits or was reached. */
function wordsOf(message: MessageDocument, known: Known): string {
  if (message.kind === "moved") return placeName(known, Number(message.text));
  if (DAYS.has(message.kind)) {
    const days = (message.text ?? "").split("/").map(formatDate).join(" – ");
    return message.kind === "stands_in" ? days : t("message.period", { days });
  }
  const place = message.place ?? (message.about ? known.milestones.get(message.about)?.place : undefined);
  return place === undefined ? (message.text ?? "") : placeName(known, place);
}

function Message({ message, known, fresh }: { message: MessageDocument; known: Known; fresh: boolean }) {
  const words = wordsOf(message, known);
  const spoken = message.kind === "returned" || message.kind === "rejected";
  const parts = [
    message.about && !nominates(message) ? t(`message.${message.kind}`) : "",
    message.record ?? "",
    spoken ? "" : words,
    formatMoment(message.at),
    message.by === null ? "" : personName(known, message.by),
    message.withdrawn ? t(nominates(message) ? "message.waited" : "message.withdrawn", { date: formatDate(message.withdrawn) }) : "",
  ];
  return (
    <ListItem
      href={target(message)}
      icon={ICONS[message.kind]}
      title={titleOf(message, known)}
      detail={
        <>
          {spoken && words && <q class="reason">{words}</q>}
          {parts.filter(Boolean).join(" · ")}
        </>
      }
      chip={
        fresh && (
          <span class="chip" data-tone="attention">
            <Icon name="bell" />
            {t("message.unread")}
          </span>
        )
      }
    />
  );
}

/** Messages that had not been read when they were first shown here: they stay marked while the screen is open. */
function useFresh(messages: readonly MessageDocument[] | undefined): ReadonlySet<string> {
  const fresh = useRef(new Set<string>());
  const unread = (messages ?? []).filter((message) => message.read === undefined).map((message) => message.id);
  for (const id of unread) fresh.current.add(id);
  useEffect(() => {
    if (unread.length > 0) void here().store.readMessages(unread).catch(() => undefined); // They stay unread: no more is lost.
  }, [unread.join(" ")]);
  return fresh.current;
}

export function Messages() {
  const lookup = useLookup();
  const found = useLive(
    async (store) => {
      const [messages, milestones] = await Promise.all([store.documents("message"), store.documents("milestone")]);
      return { messages, milestones: new Map(milestones.map((milestone) => [milestone.id, milestone])) };
    },
    [],
    ["documents"],
  );
  const fresh = useFresh(found?.messages);
  const sorted = [...(found?.messages ?? [])].sort((one, other) => (one.at < other.at ? 1 : -1));
  return (
    <Page title={t("nav.messages")}>
      {found && !sorted.length && <EmptyState icon="bell" title={t("message.none")} />}
      {found && lookup && sorted.length > 0 && (
        <List label={t("nav.messages")}>
          {sorted.map((message) => (
            <Message key={message.id} message={message} known={{ ...lookup, milestones: found.milestones }} fresh={fresh.has(message.id)} />
          ))}
        </List>
      )}
      <Notifications />
    </Page>
  );
}

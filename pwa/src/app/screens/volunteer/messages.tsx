/** What the person was told, newest first. */
import { useEffect } from "preact/hooks";
import type { MessageDocument } from "../../../shared/protocol";
import { personName, placeName, useLookup, type Lookup } from "../../data/lookup";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { markSeen } from "../../shell/unread";
import { EmptyState, List, ListItem, Page, type IconName } from "../../ui";

const ICONS: Record<MessageDocument["kind"], IconName> = {
  returned: "returned",
  rejected: "cross",
  conflict: "split",
  decided: "check",
  quarantined: "hold",
  milestone: "flag",
  released: "check",
  discarded: "minus",
  moved: "anchor",
};

function target(message: MessageDocument): string {
  if (message.record) return `#/record/${message.record}`;
  return message.kind === "milestone" ? "#/campaign" : "#/outbox";
}

/** A reason that somebody wrote; of a record that was moved the name of its new place. */
function wordsOf(message: MessageDocument, lookup: Lookup): string {
  if (message.kind === "moved") return placeName(lookup, Number(message.text));
  return message.text ?? "";
}

function Message({ message, lookup }: { message: MessageDocument; lookup: Lookup }) {
  const words = wordsOf(message, lookup);
  const from = message.by === null ? "" : ` · ${personName(lookup, message.by)}`;
  return (
    <ListItem
      href={target(message)}
      icon={ICONS[message.kind]}
      title={t(`message.${message.kind}`)}
      detail={
        <>
          {words && <q class="reason">{words}</q>}
          {message.record && `${message.record} · `}
          {formatMoment(message.at)}
          {from}
        </>
      }
    />
  );
}

export function Messages() {
  const lookup = useLookup();
  const messages = useLive((store) => store.documents("message"), [], ["documents"]);
  useEffect(() => {
    if (messages) markSeen();
  }, [messages]);
  const sorted = [...(messages ?? [])].sort((one, other) => (one.at < other.at ? 1 : -1));
  return (
    <Page title={t("nav.messages")}>
      {messages && !sorted.length && <EmptyState icon="bell" title={t("message.none")} />}
      {lookup && sorted.length > 0 && (
        <List label={t("nav.messages")}>
          {sorted.map((message) => (
            <Message key={message.id} message={message} lookup={lookup} />
          ))}
        </List>
      )}
    </Page>
  );
}

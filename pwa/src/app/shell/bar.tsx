import { signal } from "@preact/signals";
import { t, type WordKey } from "../i18n/t";
import { session, syncStatus } from "../session";
import type { SyncState } from "../../sync";
import { Icon, type IconName } from "../ui/icon";
import { unread } from "./unread";

/** Where the way back of the open screen leads; null on the screens of the navigation itself. `Page` sets it. */
export const barBack = signal<string | null>(null);

const SYNC_LOOK: Record<SyncState, { icon: IconName; word: WordKey; tone: string }> = {
  idle: { icon: "cloud", word: "sync.done", tone: "calm" },
  sending: { icon: "sync", word: "sync.sending", tone: "busy" },
  offline: { icon: "offline", word: "sync.offline", tone: "offline" },
  server_error: { icon: "alert", word: "sync.server_error", tone: "attention" },
  signed_out: { icon: "hold", word: "sync.signed_out", tone: "attention" },
  revoked: { icon: "hold", word: "sync.revoked", tone: "attention" },
  update_needed: { icon: "download", word: "sync.update_needed", tone: "attention" },
  renumber: { icon: "hold", word: "sync.renumber", tone: "attention" },
};

/** In words: 'offline · 2 waiting'. The whole of it is read out when it changes. */
export function syncWords(): string {
  const { state, waiting } = syncStatus.value;
  const queue = waiting > 0 ? t("sync.waiting", { count: waiting }) : "";
  if (state === "idle") return queue || t("sync.done");
  return queue && state === "offline" ? `${t(SYNC_LOOK[state].word)} · ${queue}` : t(SYNC_LOOK[state].word);
}

function SyncIndicator() {
  const { state, waiting } = syncStatus.value;
  const look = SYNC_LOOK[state];
  const waits = state === "idle" && waiting > 0;
  return (
    <a class="sync" href="#/outbox" data-testid="sync" data-state={state} data-tone={waits ? "waiting" : look.tone}>
      <Icon name={waits ? "clock" : look.icon} />
      <span class="sync-word" role="status">
        {syncWords()}
      </span>
      <span class="sr">, {t("sync.open")}</span>
    </a>
  );
}

function Messages() {
  const count = unread.value;
  return (
    <a class="bell" href="#/messages" aria-label={count ? t("nav.messages.new", { count }) : t("nav.messages")}>
      <Icon name="bell" />
      {count > 0 && <span class="count">{count}</span>}
    </a>
  );
}

/** Name or way back on the left; what waits to be sent and what is new on the right. */
export function AppBar() {
  const back = barBack.value;
  return (
    <header class="bar">
      <div class="bar-row">
        {back !== null ? (
          <a class="bar-back" href={`#/${back}`}>
            <Icon name="back" />
            {t("app.back")}
          </a>
        ) : (
          <a class="brand" href="#/">
            <Icon name="boat" />
            <span class="brand-word">{t("app.name")}</span>
          </a>
        )}
        {session.value && (
          <>
            <SyncIndicator />
            <Messages />
          </>
        )}
      </div>
    </header>
  );
}

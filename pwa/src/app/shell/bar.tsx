import { signal } from "@preact/signals";
import { t } from "../i18n/t";
import { session, syncStatus } from "../session";
import { Icon } from "../ui/icon";
import { sign, syncWords } from "./sync";
import { unread } from "./unread";

/** Where the way back of the open screen leads; null on the screens of the navigation itself. `Page` sets it. */
export const barBack = signal<string | null>(null);

function SyncIndicator() {
  const { name, icon, tone } = sign.value;
  return (
    <a class="sync" href="#/outbox" data-testid="sync" data-state={syncStatus.value.state} data-sign={name} data-tone={tone}>
      <Icon name={icon} />
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

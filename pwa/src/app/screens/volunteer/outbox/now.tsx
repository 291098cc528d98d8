/** How things stand with the server, in full: what waits, since when, why, what happens next, and what the person can do. */
import type { ComponentChildren } from "preact";
import { ProblemError } from "../../../../shared/problem";
import { common } from "../../../i18n/common";
import { formatMoment } from "../../../i18n/format";
import { translator } from "../../../i18n";
import { syncSentences } from "../../../i18n/sync";
import { explain } from "../../../problems";
import { here } from "../../../session";
import { hourOf, sign, signNumbers, syncFacts, syncWords } from "../../../shell/sync";
import type { SyncFacts, SyncName } from "../../../shell/sync-sign";
import { acceptUpdate } from "../../../shell/worker";
import { Button, Facts, Icon, LinkButton } from "../../../ui";

// Its own first: other screens have a "conflict.text" too.
const t = translator(syncSentences, common);

/** Nothing goes on until a person has done something. */
const ON_PERSON: ReadonlySet<SyncName> = new Set(["revoked", "signed_out", "update_needed", "paused", "photos_refused"]);
/** Something is on its way that can be stopped. */
const UNDER_WAY: ReadonlySet<SyncName> = new Set(["arriving", "sending", "silent", "photos"]);

function waitsWords({ status, photos }: SyncFacts): string {
  const counts = [status.waiting > 0 && t("waits.records", { count: status.waiting }), photos > 0 && t("waits.photos", { count: photos })];
  return counts.filter(Boolean).join(", ") || t("waits.none");
}

function nextWords(name: SyncName, { status, online }: SyncFacts): string {
  if (ON_PERSON.has(name)) return t("next.you");
  if (!online) return t("next.network");
  return status.next === null ? "" : t("next.now", { time: hourOf(status.next) });
}

function factsOf(name: SyncName, facts: SyncFacts, oldest: string | null): [string, string][] {
  const { status } = facts;
  const why = status.problem && status.state === "server_error" ? explain(new ProblemError(status.problem)) : "";
  const rows: [string, string][] = [
    [t("waits"), waitsWords(facts)],
    [t("since"), oldest ? formatMoment(oldest) : ""],
    [t("why"), why],
    [t("next"), nextWords(name, facts)],
    [t("last"), status.last ? formatMoment(status.last) : t("outbox.never")],
  ];
  return rows.filter(([, value]) => value !== "");
}

/** How far it is, where that is known. */
function Progress({ name, facts }: { name: SyncName; facts: SyncFacts }) {
  const { status, sending } = facts;
  const bar = (value: number, most: number): ComponentChildren => <progress value={value} max={most || 1} aria-label={syncWords()} />;
  if (name === "arriving" && status.arriving) return bar(status.arriving.come, status.arriving.of);
  if (name === "sending") return bar(status.of - status.waiting, status.of);
  return name === "photos" && sending ? bar(sending.landed + sending.sent / (sending.size || 1), sending.of) : null;
}

function Act({ name }: { name: SyncName }) {
  const { sync, photos } = here();
  const stoppable = UNDER_WAY.has(name);
  const words = name === "paused" ? t("go-on") : name === "silent" ? t("app.retry") : t("outbox.now");
  const busy = stoppable && name !== "silent";
  const ask = name === "photos_refused" ? () => photos.insist() : () => sync.insist();
  return (
    <div class="stack" data-gap="small">
      {name === "update" && (
        <Button icon="download" wide onClick={acceptUpdate}>
          {t("update")}
        </Button>
      )}
      {name === "conflict" && (
        <LinkButton icon="split" wide href="#/records">
          {t("open-conflicts")}
        </LinkButton>
      )}
      <Button kind="primary" icon="sync" wide busy={busy} onClick={ask}>
        {busy ? t("state.sending") : words}
      </Button>
      {stoppable && (
        <Button kind="quiet" wide onClick={() => sync.pause()}>
          {t("sync.pause")}
        </Button>
      )}
    </div>
  );
}

/** `oldest`: when the first of what waits was saved. */
export function Now({ oldest }: { oldest: string | null }) {
  const facts = syncFacts.value;
  const { name, icon, tone } = sign.value;
  return (
    <section class="card sync-now" aria-label={t("facts")} data-sign={name} data-tone={tone}>
      <div class="sync-head" role="status">
        <h2>
          <Icon name={icon} />
          {syncWords()}
        </h2>
        <p>{t(`${name}.text`, signNumbers(facts))}</p>
      </div>
      <Progress name={name} facts={facts} />
      <Facts rows={factsOf(name, facts, oldest)} />
      <Act name={name} />
    </section>
  );
}

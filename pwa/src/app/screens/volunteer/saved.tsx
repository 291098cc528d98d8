/** After 'finish': the record is on this phone's disk. What happens next, and live when it has happened. */
import type { RecordView } from "../../../store";
import type { SyncState } from "../../../sync";
import { closedOf, useClosings } from "../../data/closed";
import { useLookup } from "../../data/lookup";
import { t, type WordKey } from "../../i18n/t";
import { useLive } from "../../live";
import { here, syncStatus } from "../../session";
import { Banner, Icon, LinkButton, Page, StateChip } from "../../ui";
import { AfterSaving } from "./install";
import { PeriodNote } from "./record/period-note";

/** What becomes of what waits on this phone, by how its sending stands. */
const ON_ITS_WAY: Readonly<Record<SyncState, WordKey>> = {
  idle: "saved.next-send",
  sending: "saved.next-send",
  offline: "saved.next-offline",
  paused: "saved.next-paused",
  signed_out: "saved.next-signed-out",
  revoked: "saved.next-revoked",
  update_needed: "saved.next-update",
  renumber: "saved.next-renumber",
  server_error: "saved.next-trouble",
};

/** What happens next with a record that was saved. */
export function nextOf(local: RecordView["local"] | undefined, sending: SyncState): WordKey {
  if (local === "on_server") return "saved.next-approval";
  return local === "quarantined" ? "saved.next-held" : ON_ITS_WAY[sending];
}

export function Saved({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["id"] ?? "";
  const { profile } = here();
  const record = useLive((store) => store.record(id), [id]);
  const closings = useClosings();
  const lookup = useLookup();
  const closed = record && lookup ? closedOf(closings, record, lookup.forms.get(record.form)) : null;
  const arrived = record?.local === "on_server";
  const held = record?.local === "quarantined";
  const disputed = record?.conflicts.filter((conflict) => !conflict.resolving).length ?? 0;
  const title = t(arrived ? "saved.on-server" : held ? "state.quarantined" : "saved.here");
  return (
    <Page title={title} bare>
      <div class="receipt" data-arrived={arrived ? "yes" : "no"}>
        <span class="receipt-seal">
          <Icon name={arrived ? "cloud" : held ? "hold" : "phone"} />
        </span>
        <p class="receipt-title" role="status">
          {title}
        </p>
        {record?.local === "sending" && <StateChip state="sending" />}
        <p class="receipt-id">
          <span>{t("record.number")}</span> <strong>{id}</strong>
        </p>
        <p class="soft">{t(nextOf(record?.local, syncStatus.value.state))}</p>
        <p class="soft small">{t("saved.by", { name: profile.person.name })}</p>
      </div>
      <div class="stack">
        {closed && <PeriodNote closed={closed} />}
        {disputed > 0 && (
          <Banner tone="plum" live title={t("record.conflict.title", { count: disputed })}>
            <p>{t("record.conflict.text")}</p>
            <LinkButton icon="split" href={`#/record/${id}/conflict`}>
              {t("record.conflict.open")}
            </LinkButton>
          </Banner>
        )}
        <LinkButton kind="primary" icon="home" wide href="#/">
          {t("saved.home")}
        </LinkButton>
        <LinkButton icon="form" wide href={`#/record/${id}`}>
          {t("saved.open")}
        </LinkButton>
        <AfterSaving arrived={arrived} />
      </div>
    </Page>
  );
}

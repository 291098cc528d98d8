/** After 'finish': the record is on this phone's disk. What happens next, and live when it has happened. */
import type { SyncState } from "../../../sync";
import { closedOf, useClosings } from "../../data/closed";
import { useLookup } from "../../data/lookup";
import { t, type WordKey } from "../../i18n/t";
import { useLive } from "../../live";
import { here, syncStatus } from "../../session";
import { Banner, Icon, LinkButton, Page, StateChip } from "../../ui";
import { AfterSaving } from "./install";
import { PeriodNote } from "./record/period-note";

/** What becomes of what waits, where it isn't being sent. */
const ON_ITS_WAY: Readonly<Partial<Record<SyncState, WordKey>>> = { offline: "saved.next-offline", paused: "saved.next-paused" };

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
        <p class="soft">{t(arrived ? "saved.next-approval" : held ? "saved.next-held" : (ON_ITS_WAY[syncStatus.value.state] ?? "saved.next-send"))}</p>
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

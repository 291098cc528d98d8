/** What stands around the forms: above them what was returned, drafts and this week; beside them how far the commune is. */
import { useState } from "preact/hooks";
import type { PlaceDocument } from "../../../../shared/protocol";
import type { Draft, RecordView } from "../../../../store";
import { formTitle, isMine, recordDetail, type Lookup } from "../../../data/lookup";
import { placesOf } from "../../../data/places";
import { formatMoment, formatNumber } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { PhotosWaiting, useWaitingPhotos } from "../../../media";
import { here, syncStatus } from "../../../session";
import { concerns } from "../../../shell/conflicts";
import { syncWords } from "../../../shell/sync";
import { chipsOf } from "../../../states";
import { Button, Card, LinkButton, List, ListItem, StateChip, StateChips } from "../../../ui";
import { CommuneProgress } from "./commune";
import { CampaignTeaser } from "./teaser";
import { ThisWeek } from "./week";

export interface AboveProps {
  readonly lookup: Lookup;
  readonly records: readonly RecordView[];
  readonly drafts: readonly Draft[];
  /** Those that the person writes for. */
  readonly places: readonly PlaceDocument[];
}

export function Above({ lookup, records, drafts, places }: AboveProps) {
  return (
    <>
      <ToReview lookup={lookup} records={records} />
      <Attention lookup={lookup} records={records} />
      <Drafts lookup={lookup} drafts={drafts} />
      <ThisWeek lookup={lookup} records={records} places={places} />
    </>
  );
}

export function Beside({ places }: Pick<AboveProps, "places">) {
  return (
    <>
      <CommuneProgress places={places} />
      <Waiting />
      <CampaignTeaser />
    </>
  );
}

/** Returned records of mine, and disagreements that I am a side of. */
function needsMe(record: RecordView): boolean {
  const me = here().profile.person.id;
  if (record.gone) return false;
  if (record.local === "quarantined" && isMine(record)) return true;
  if (record.state === "returned" && isMine(record) && record.local === "on_server") return true;
  return record.conflicts.some((conflict) => !conflict.resolving) && concerns(record, me);
}

/** What somebody sent back comes first: it waits for nobody else. */
function urgency(record: RecordView): number {
  return record.state === "returned" ? 0 : 1;
}

function Attention({ lookup, records }: { lookup: Lookup; records: readonly RecordView[] }) {
  const waiting = records.filter(needsMe).sort((one, other) => urgency(one) - urgency(other));
  if (!waiting.length) return null;
  return (
    <section class="stack" data-gap="small">
      <h2>{t("home.attention")}</h2>
      <List label={t("home.attention")}>
        {waiting.map((record) => (
          <ListItem
            key={record.id}
            href={`#/record/${record.id}`}
            title={formTitle(lookup, record.form)}
            detail={
              <>
                {record.id} · {recordDetail(lookup, record)}
                {record.state === "returned" && record.review?.reason && <q class="reason first-words">{record.review.reason}</q>}
              </>
            }
            chip={<StateChips states={chipsOf(record)} />}
          />
        ))}
      </List>
    </section>
  );
}

/** What waits for a supervisor's decision, as the inbox counts it: submitted, not theirs, where they may review. */
function ToReview({ lookup, records }: { lookup: Lookup; records: readonly RecordView[] }) {
  const { profile, store } = here();
  const reviewed = placesOf(profile, "review", [...lookup.places.values()], store.today());
  const waiting = records.filter(({ state, rev, gone, deciding, by, place }) => {
    const open = state === "submitted" && rev > 0 && !gone && deciding === null && by !== null && by !== profile.person.id;
    return open && reviewed.has(place);
  });
  if (!waiting.length) return null;
  return (
    <List label={t("nav.inbox")}>
      <ListItem href="#/inbox" icon="inbox" title={t("home.to-review", { count: waiting.length })} />
    </List>
  );
}

/** So many that the forms below them are still seen. */
const NEWEST = 2;

function Drafts({ lookup, drafts }: { lookup: Lookup; drafts: readonly Draft[] }) {
  const [all, setAll] = useState(false);
  if (!drafts.length) return null;
  const sorted = [...drafts].sort((one, other) => (one.updated < other.updated ? 1 : -1));
  return (
    <section class="stack" data-gap="small">
      <h2>{t("home.drafts")}</h2>
      <List label={t("home.drafts")}>
        {sorted.slice(0, all ? undefined : NEWEST).map((draft) => (
          <ListItem
            key={draft.id}
            href={`#/fill/${draft.id}`}
            title={formTitle(lookup, draft.form)}
            detail={
              <>
                {draft.record ? t("home.draft-of", { record: draft.record }) : recordDetail(lookup, draft)}
                <br />
                {t("home.draft-kept", { time: formatMoment(draft.updated) })}
              </>
            }
            chip={<StateChip state="draft" />}
          />
        ))}
      </List>
      {!all && sorted.length > NEWEST && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {t("home.drafts-all", { count: sorted.length })}
        </Button>
      )}
    </section>
  );
}

function Waiting() {
  const { waiting, last } = syncStatus.value;
  const photos = useWaitingPhotos();
  return (
    <Card title={t("home.outbox")}>
      {(waiting > 0 || photos === 0) && (
        <p class="big-number" data-empty={waiting === 0 ? "yes" : "no"}>
          <strong>{formatNumber(waiting)}</strong> <span>{t("home.waiting", { count: waiting })}</span>
        </p>
      )}
      <p class="soft small">
        {syncWords()}
        {last && ` · ${t("outbox.last", { time: formatMoment(last) })}`}
      </p>
      <PhotosWaiting />
      <LinkButton icon="send" href="#/outbox">
        {t("sync.open")}
      </LinkButton>
    </Card>
  );
}

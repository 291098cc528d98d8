/** All records that this phone knows: mine first; those of the whole commune one tap away. */
import { signal } from "@preact/signals";
import type { RecordView } from "../../../store";
import { closedOf, useClosings } from "../../data/closed";
import { formTitle, isMine, personName, recordDetail, useLookup, type Lookup } from "../../data/lookup";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { may } from "../../session";
import { chipsOf } from "../../states";
import { EmptyState, GrowingList, LinkButton, ListItem, Loading, Page, StateChips } from "../../ui";

type Whose = "mine" | "all";
const whose = signal<Whose | null>(null);

/** Newest first; what came back or is disputed before the rest. */
function inOrder(records: readonly RecordView[]): RecordView[] {
  const weight = (record: RecordView) => (record.conflicts.length || record.state === "returned" || record.local === "quarantined" ? 0 : 1);
  return [...records].sort((one, other) => weight(one) - weight(other) || (one.at < other.at ? 1 : -1));
}

function Switch({ value, change }: { value: Whose; change: (value: Whose) => void }) {
  return (
    <div class="segments" role="group" aria-label={t("records.whose")}>
      {(["mine", "all"] as const).map((each) => (
        <button key={each} type="button" aria-pressed={each === value} onClick={() => change(each)}>
          {t(`records.${each}`)}
        </button>
      ))}
    </div>
  );
}

/** The list itself; beside an open record on a wide screen. */
export function RecordList({ lookup, chosen }: { lookup: Lookup; chosen?: string }) {
  const records = useLive((store) => store.records(), [], ["records", "outbox"]);
  const closings = useClosings();
  if (!records) return <Loading />;
  const kind = whose.value ?? (may("write") && !may("review") ? "mine" : "all");
  const shown = inOrder(kind === "mine" ? records.filter(isMine) : records);
  return (
    <div class="stack">
      <Switch
        value={kind}
        change={(next) => {
          whose.value = next;
        }}
      />
      {!shown.length && (
        <EmptyState icon="list" title={t(kind === "mine" ? "records.none-mine" : "records.none")}>
          {may("write") && (
            <LinkButton kind="primary" icon="plus" href="#/">
              {t("records.begin")}
            </LinkButton>
          )}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <GrowingList
          key={kind}
          label={t("records.title")}
          items={shown}
          more={t("records.more")}
          row={(record) => (
            <ListItem
              key={record.id}
              href={`#/record/${record.id}`}
              chosen={record.id === chosen}
              title={formTitle(lookup, record.form)}
              detail={
                <>
                  {record.id} · {recordDetail(lookup, record)}
                  {!isMine(record) && ` · ${personName(lookup, record.by)}`}
                </>
              }
              chip={<StateChips states={chipsOf(record, closedOf(closings, record, lookup.forms.get(record.form)))} />}
            />
          )}
        />
      )}
    </div>
  );
}

export function Records() {
  const lookup = useLookup();
  return (
    <Page title={t("records.title")} width="wide">
      {lookup ? (
        <div class="panes">
          <RecordList lookup={lookup} />
          <div class="pane-open">
            <EmptyState icon="form" title={t("records.choose")} />
          </div>
        </div>
      ) : (
        <Loading />
      )}
    </Page>
  );
}

/** Records that probably tell of the same thing, and merging one into another: both are kept, one counts. */
import { useMemo, useState } from "preact/hooks";
import type { RecordView } from "../../../store";
import { mergedInto, type Alike } from "../../data/likeness";
import { personName, recordDetail } from "../../data/lookup";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, Card, Dialog, StateChip } from "../../ui";
import { standing as standingOf } from "../../states";
import type { DeskData } from "./desk-data";
import { keepMemo } from "./memo";
import { blockOf, decisionsFor } from "./standing";
import { t } from "./t";

export function alikeTo(data: DeskData, record: RecordView): Alike[] {
  const form = data.forms.get(record.form);
  if (!form || record.stage === "merged" || record.stage === "rejected") return [];
  return data.neighbours.of({ form, place: record.place, values: record.values }, record.id);
}

function Candidate({ data, record, other, merge }: { data: DeskData; record: RecordView; other: Alike; merge: (() => void) | null }) {
  const { id, by, rev } = other.record;
  const state = standingOf(other.record);
  return (
    <li class="alike">
      <p>
        <a href={`#/review/${id}`}>{t("review.number", { id })}</a> {state && <StateChip state={state} />}
        <br />
        <span class="small">
          {personName(data, by)} · {recordDetail(data, other.record)}
        </span>
        <br />
        <span class="small soft">{t("alike.equal", { equal: other.equal, compared: other.compared })}</span>
      </p>
      {merge && rev > 0 && data.mine.places.has(other.record.place) && (
        <Button kind="secondary" icon="join" onClick={merge}>
          {t("alike.merge", { record: record.id, into: id })}
        </Button>
      )}
    </li>
  );
}

/** Which reports are one with this one already. */
function Together({ data, record }: { data: DeskData; record: RecordView }) {
  const merged = mergedInto(data.records, record.id);
  const into = record.stage === "merged" ? record.review?.into : undefined;
  if (into) {
    return (
      <Banner tone="calm" icon="join" title={t("alike.into", { into })}>
        <p>
          <a href={`#/review/${into}`}>{t("review.number", { id: into })}</a>
        </p>
      </Banner>
    );
  }
  if (merged.length === 0) return null;
  return (
    <Banner tone="calm" icon="join" title={t("alike.together", { count: merged.length + 1 })}>
      <p>
        {merged.map(({ id, by }) => (
          <a key={id} class="together" href={`#/review/${id}`}>
            {id} · {personName(data, by)}
          </a>
        ))}
      </p>
    </Banner>
  );
}

export function Likely({ data, record }: { data: DeskData; record: RecordView }) {
  const { store } = here();
  const found = useMemo(() => alikeTo(data, record), [data, record]);
  const [into, setInto] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const may = blockOf(record, data.mine) === null && decisionsFor(record, data.mine).includes("merge");
  const merge = async (target: string) => {
    const { id, rev, hash, values } = record;
    setBusy(true);
    try {
      await store.review({ record: id, rev, hash, decision: "merge", reason: "", into: target });
      await keepMemo(store, id, { decision: "merge", reason: "", rev, hash, values, decided: true }).catch(() => undefined);
      setInto(null);
    } catch (error) {
      setTrouble(t("saved.failed", { detail: explain(error) }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Together data={data} record={record} />
      {found.length > 0 && (
        <Card title={t("alike.title")}>
          <p class="small soft">{t("alike.text")}</p>
          <ul class="alikes">
            {found.slice(0, 5).map((other) => (
              <Candidate key={other.record.id} data={data} record={record} other={other} merge={may ? () => setInto(other.record.id) : null} />
            ))}
          </ul>
        </Card>
      )}
      <Dialog
        open={into !== null}
        title={t("alike.ask", { record: record.id, into: into ?? "" })}
        onClose={() => setInto(null)}
        actions={
          <>
            <Button kind="primary" busy={busy} onClick={() => (into === null ? undefined : merge(into))}>
              {t("act.merge")}
            </Button>
            <Button onClick={() => setInto(null)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("alike.consequence", { record: record.id, into: into ?? "" })}</p>
        {trouble && <Banner tone="problem" live title={trouble} />}
      </Dialog>
    </>
  );
}

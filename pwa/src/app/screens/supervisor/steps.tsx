/** Where the record stands in its approval, in words, and the step of taking it into check. */
import { useState } from "preact/hooks";
import type { RecordView } from "../../../store";
import { personName } from "../../data/lookup";
import { formatMoment } from "../../i18n/format";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button } from "../../ui";
import { PeriodNote } from "../volunteer/record/period-note";
import { closedFor, type DeskData } from "./desk-data";
import { blockOf, decisionsFor } from "./standing";
import { t } from "./t";

function said(data: DeskData, { stage, step }: RecordView): string | null {
  if (stage === "checking" && step) return t("step.checking", { name: personName(data, step.by), time: formatMoment(step.at) });
  if (stage === "locked" && step?.reason) return t("step.locked", { period: step.reason });
  return stage === "correcting" || stage === "drafted" || stage === "sent_back" ? t("step.correcting") : null;
}

/** Others see that somebody is at it, so that nobody checks twice; nobody has to. */
function TakeIntoCheck({ record }: { record: RecordView }) {
  const { store } = here();
  const [trouble, setTrouble] = useState<string | null>(null);
  const check = async () => {
    const { id, rev, hash } = record;
    try {
      await store.review({ record: id, rev, hash, decision: "check", reason: "" });
    } catch (error) {
      setTrouble(t("saved.failed", { detail: explain(error) }));
    }
  };
  return (
    <>
      {trouble && <Banner tone="problem" live title={trouble} />}
      <Button kind="quiet" icon="clock" onClick={check}>
        {t("act.check")}
      </Button>
    </>
  );
}

export function Standing({ data, record }: { data: DeskData; record: RecordView }) {
  const words = said(data, record);
  const closed = closedFor(data, record);
  const may = record.stage === "received" && record.deciding === null && blockOf(record, data.mine) === null;
  return (
    <>
      {closed && <PeriodNote closed={closed} />}
      {words && <p class="soft small standing">{words}</p>}
      {record.deciding === "check" && (
        <p class="soft small standing" role="status">
          {t("saved.check")}. {t("saved.phone")}
        </p>
      )}
      {may && decisionsFor(record, data.mine).includes("check") && <TakeIntoCheck record={record} />}
    </>
  );
}

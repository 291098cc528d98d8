/** That a record belongs to a signed period, and what becomes of a change. */
import { periodWords, type Closed } from "../../../data/closed";
import { t } from "../../../i18n/t";
import { STATES } from "../../../states";
import { Banner } from "../../../ui";

export function PeriodNote({ closed }: { closed: Closed }) {
  return (
    <Banner tone={closed.as === "late" ? "attention" : "calm"} icon={STATES[closed.as === "locked" ? "locked" : "late"].icon} title={t(`closed.${closed.as}.title`, { period: periodWords(closed.period) })}>
      <p>{t(`closed.${closed.as}.text`)}</p>
    </Banner>
  );
}

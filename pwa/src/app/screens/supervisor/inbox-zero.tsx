/** An inbox with nothing in it: what was done, and what may come back. */
import { dayIn } from "../../../shared/clock";
import { here } from "../../session";
import { EmptyState, Facts, LinkButton } from "../../ui";
import type { DeskData } from "./desk-data";
import { decidedBy } from "./queue";
import { t } from "./t";

export function InboxZero({ data }: { data: DeskData }) {
  const { store } = here();
  const { today, week, returned } = decidedBy(data.records, data.mine.person, { now: data.now, day: (at) => dayIn(at, store.zone) });
  const count = (many: number): string => t("zero.count", { count: many });
  return (
    <EmptyState icon="boat" title={t("inbox.empty.title")}>
      <p>{t("inbox.empty.text")}</p>
      {week > 0 && (
        <Facts
          rows={[
            [t("zero.today"), count(today)],
            [t("zero.week"), count(week)],
            ...(returned > 0 ? [[t("zero.returned"), count(returned)] as const] : []),
          ]}
        />
      )}
      <p class="soft small">{t("zero.next")}</p>
      <LinkButton href="#/campaign" icon="flag">
        {t("nav.campaign")}
      </LinkButton>
    </EmptyState>
  );
}

/** Where a nomination stands: word, icon and colour. */
import { Icon, type IconName } from "../../ui";
import type { Stage } from "./commendation-data";
import { t } from "./commendation-t";

const LOOKS: Record<Stage, readonly [IconName, string]> = {
  nominated: ["inbox", "water"],
  voted: ["people", "water"],
  not_passed: ["cross", "slate"],
  checked: ["list", "water"],
  blocked: ["hold", "red"],
  cleared: ["check", "green"],
  listed: ["send", "indigo"],
  granted: ["seal", "green"],
  declined: ["minus", "slate"],
  published: ["megaphone", "green"],
  cancelled: ["cross", "red"],
  withdrawn: ["returned", "lantern"],
};

export function StageChip({ stage }: { stage: Stage }) {
  const [icon, tone] = LOOKS[stage];
  return (
    <span class="chip" data-tone={tone} data-state={stage}>
      <Icon name={icon} />
      {t(`stage.${stage}`)}
    </span>
  );
}

/** What is asked this week, and how far a commune is. */
import { catalogue } from "./index";

export const asked = catalogue({
  vi: {
    "week.title": "Việc tuần này",
    "week.hazard": "Xử lý nguy cơ trước {date}",
    "week.hazard.late": "Nguy cơ đã quá hạn {date}",
    "week.hazards-more": "Còn {count} nguy cơ nữa",
    "week.share": "{value} trên {goal} {unit}",
    "week.month": "tháng này",
    "week.quarter": "quý này",
    "commune.line": "{value}/{goal} {unit}",
    "goal.percent": "{value}/{all}, mục tiêu {percent}%",
  },
  en: {
    "week.title": "This week",
    "week.hazard": "A hazard to be handled by {date}",
    "week.hazard.late": "An overdue hazard: was due {date}",
    "week.hazards-more": "{count} more [hazard|hazards]",
    "week.share": "{value} of {goal} {unit}",
    "week.month": "this month",
    "week.quarter": "this quarter",
    "commune.line": "{value} of {goal} {unit}",
    "goal.percent": "{value} of {all}, target {percent}%",
  },
  km: {
    "week.title": "សប្តាហ៍នេះ",
    "week.hazard": "ដោះស្រាយគ្រោះថ្នាក់មុន {date}",
    "week.hazard.late": "គ្រោះថ្នាក់ហួសកំណត់ {date}",
    "week.hazards-more": "គ្រោះថ្នាក់ {count} ទៀត",
    "week.share": "{value} ក្នុង {goal} {unit}",
    "week.month": "ខែនេះ",
    "week.quarter": "ត្រីមាសនេះ",
    "commune.line": "{value} ក្នុង {goal} {unit}",
    "goal.percent": "{value} ក្នុង {all} គោលដៅ {percent}%",
  },
});

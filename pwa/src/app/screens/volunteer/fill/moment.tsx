/** Dates, times of day, moments; months and years where the form asks for no more. */
import { useState } from "preact/hooks";
import type { Value } from "../../../../shared/protocol";
import { formatMoment } from "../../../i18n/format";
import { here } from "../../../session";
import { Button } from "../../../ui";
import { tied, type ControlProps } from "./control";
import { looks } from "./looks";
import { t } from "./t";
import { useTyped } from "./use-typed";

type Kind = "date" | "time" | "datetime";

/** The offset that local time is counted at now: '+07:00'. */
function offset(): string {
  return here().store.localNow().slice(-6);
}

function minutes(zone: string): number {
  const [hours = 0, rest = 0] = zone.slice(1).split(":").map(Number);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + rest);
}

/** A stored value as the browser's own picker wants it: local time of the campaign, to the minute. */
function pickerValue(kind: Kind, value: Value | undefined, zone: string): string {
  if (typeof value !== "string") return "";
  if (kind === "date") return value;
  if (kind === "time") return value.slice(0, 5);
  if (value.endsWith(zone)) return value.slice(0, 16);
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? "" : new Date(moment.getTime() + minutes(zone) * 60_000).toISOString().slice(0, 16);
}

/** What was picked, as a record holds it. */
function stored(kind: Kind, picked: string, zone: string): string {
  if (kind === "date") return picked;
  return kind === "time" ? `${picked.slice(0, 5)}:00.000${zone}` : `${picked.slice(0, 16)}${zone}`;
}

const PICKERS = { date: "date", time: "time", datetime: "datetime-local" } as const;

export function Moment(props: ControlProps) {
  const { shown, id, change, leave } = props;
  const { store } = here();
  const kind = shown.node.t as Kind;
  if (kind === "date" && (looks(shown.node, "month-year") || looks(shown.node, "year"))) return <Month {...props} />;
  const zone = offset();
  const now = () => {
    const local = store.localNow();
    change(kind === "date" ? store.today() : stored(kind, kind === "time" ? local.slice(11) : local, zone), false);
    leave();
  };
  return (
    <>
      <div class="row">
        <input
          id={id}
          class="input moment"
          type={PICKERS[kind]}
          value={pickerValue(kind, shown.value, zone)}
          {...tied(props)}
          onInput={(event) => {
            const picked = event.currentTarget.value;
            change(picked ? stored(kind, picked, zone) : null, true);
          }}
          onBlur={leave}
        />
        <Button icon="clock" onClick={now}>
          {t(kind === "date" ? "fill.today" : "fill.now")}
        </Button>
      </div>
      {kind === "datetime" && typeof shown.value === "string" && <p class="soft">{formatMoment(shown.value)}</p>}
    </>
  );
}

/** A year, or a month of it; kept as its first day. */
function Month(props: ControlProps) {
  const { shown, id, name, change, leave } = props;
  const wanted = looks(shown.node, "month-year");
  const [, year = "", month = ""] = (typeof shown.value === "string" && /^(\d{1,4})-(\d{2})/.exec(shown.value)) || [];
  // A month that was chosen before its year.
  const [half, setHalf] = useState("");
  const chosen = month || half;
  const give = (typed: string, picked: string, soon: boolean) => {
    setHalf(picked);
    const complete = /^\d{4}$/.test(typed) && (!wanted || picked !== "");
    change(complete ? `${typed}-${wanted ? picked : "01"}-01` : typed ? typed : null, soon);
  };
  const text = typeof shown.value === "string" && !year ? shown.value : year;
  const typed = useTyped({
    text,
    read: (given) => given.trim() || null,
    change: (value, soon) => give(typeof value === "string" ? value : "", chosen, soon),
    leave,
  });
  return (
    <div class="row">
      {wanted && (
        <select class="input moment" aria-label={t("moment.month", { label: name })} value={chosen} onChange={(event) => give(text, event.currentTarget.value, false)}>
          <option value="">{t("moment.month-choose")}</option>
          {Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, "0")).map((each) => (
            <option key={each} value={each}>
              {t("moment.month-number", { number: Number(each) })}
            </option>
          ))}
        </select>
      )}
      <input id={id} class="input short" type="text" inputMode="numeric" maxLength={4} placeholder={t("moment.year")} autocomplete="off" {...tied(props)} {...typed} />
    </div>
  );
}

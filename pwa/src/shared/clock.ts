/** Moments and days in the campaign's own zone, whatever zone a phone is set to. */

export const DEFAULT_ZONE = "Asia/Ho_Chi_Minh";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let made = formats.get(zone);
  if (!made) {
    made = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, made);
  }
  return made;
}

interface Wall {
  readonly day: string;
  readonly time: string;
}

function wall(moment: Date, zone: string): Wall {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const part of format(zone).formatToParts(moment)) parts[part.type] = part.value;
  const { year = "", month = "", day = "", hour = "", minute = "", second = "" } = parts;
  return { day: `${year.padStart(4, "0")}-${month}-${day}`, time: `${hour}:${minute}:${second}` };
}

/** `2023-05-16T07:30:00+07:00`: local time in the zone, to the second, with its offset. */
export function localIso(moment: Date, zone: string = DEFAULT_ZONE): string {
  const { day, time } = wall(moment, zone);
  const seconds = Math.floor(moment.getTime() / 1000) * 1000;
  const minutes = Math.round((Date.parse(`${day}T${time}Z`) - seconds) / 60_000);
  const absolute = Math.abs(minutes);
  const hours = String(Math.floor(absolute / 60)).padStart(2, "0");
  return `${day}T${time}${minutes < 0 ? "-" : "+"}${hours}:${String(absolute % 60).padStart(2, "0")}`;
}

/** The calendar day in the zone: `2023-05-16`. */
export function dayIn(moment: Date, zone: string = DEFAULT_ZONE): string {
  return wall(moment, zone).day;
}

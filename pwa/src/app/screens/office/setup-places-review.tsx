/** What becomes of places, who answers for them and what waits there, shown before it is done. */
import { localized } from "../../i18n";
import { formatDate } from "../../i18n/format";
import type { MovedPlace, MovedPlaces } from "./setup-places-data";
import { t } from "./setup-places-t";

interface WillProps {
  readonly moved: MovedPlaces;
  /** Names of places by their numbers, as they are. */
  readonly nameOf: (place: number) => string;
}

function lines({ before, after }: MovedPlace, nameOf: (place: number) => string): string[] {
  const place = localized(after.name);
  if (!before) return [t("places.will.new", { place })];
  const was = localized(before.name);
  const found = was === place ? [] : [`${was} → ${place}`];
  if (before.code !== after.code) found.push(`${place}: ${before.code ?? "–"} → ${after.code ?? "–"}`);
  if (after.to && (before.to !== after.to || before.into !== after.into)) {
    const on = formatDate(after.to);
    if (before.to && before.to < after.to) found.push(t("places.will.back", { place, on: formatDate(before.to) }));
    else found.push(after.into === null ? t("places.will.ends", { place, on }) : t("places.will.into", { place, into: nameOf(after.into), on }));
  } else if (before.to && !after.to) {
    found.push(t("places.will.back", { place, on: formatDate(before.to) }));
  }
  if (before.parent !== after.parent && after.parent !== null) found.push(t("places.will.under", { place, parent: nameOf(after.parent) }));
  return found;
}

function Roles({ moved, nameOf }: WillProps) {
  const others = moved.role_count - moved.roles.length;
  return (
    <li>
      <strong>{t("places.will.people")}</strong>
      {moved.role_count > 0 && <p class="small">{t("places.will.roles", { count: moved.role_count })}</p>}
      {moved.roles.map((role, index) => (
        <p key={index} class="small soft">
          {t("places.will.role", { name: role.name, role: t(`role.${role.role}` as "role.GSV"), before: nameOf(role.before), after: nameOf(role.after) })}
        </p>
      ))}
      {others > 0 && <p class="small soft">{t("places.will.others", { count: others })}</p>}
      <p class="small">{moved.people > 0 ? t("places.will.phones", { people: moved.people, phones: moved.phones }) : t("places.will.phones.none")}</p>
    </li>
  );
}

function Work({ moved, nameOf }: WillProps) {
  return (
    <li>
      <strong>{t("places.will.work")}</strong>
      {moved.waiting.length === 0 && <p class="small">{t("places.will.waiting.none")}</p>}
      {moved.waiting.map(({ place, count, before, after }) => (
        <p key={place} class="small">
          {t("places.will.waiting", { place: nameOf(place), count, before, after })}
        </p>
      ))}
      {moved.records > 0 && <p class="small">{t("places.will.records", { count: moved.records })}</p>}
      {moved.targets.map(({ code, place }) => (
        <p key={`${code}@${place}`} class="small">
          {t("places.will.targets", { place: nameOf(place), code })}
        </p>
      ))}
    </li>
  );
}

export function PlacesWill({ moved, nameOf }: WillProps) {
  const named = (place: number): string => localized(moved.moved.find((one) => one.id === place)?.after.name) || nameOf(place);
  const newest = [...moved.moved].sort((one, other) => Number(one.before !== null) - Number(other.before !== null));
  const said = newest.map((one) => ({ id: one.id, words: lines(one, named) })).filter(({ words }) => words.length);
  const ends = moved.moved.some(({ before, after }) => before && before.to !== after.to);
  return (
    <>
      {said.map(({ id, words }) => (
        <li key={id}>
          {words.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </li>
      ))}
      <Roles moved={moved} nameOf={named} />
      {ends && <Work moved={moved} nameOf={named} />}
    </>
  );
}

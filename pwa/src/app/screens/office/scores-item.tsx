/** One item of a sheet: what was counted and from which records, the three columns, and what this person may do. */
import { useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { localized } from "../../i18n";
import { formatDate, formatMoment, formatNumber } from "../../i18n/format";
import { here, may } from "../../session";
import { Button, Icon } from "../../ui";
import { COLUMNS, formatPoints, standing, type Column, type Counted, type Defined, type Entry, type Item } from "./scores-data";
import { figureOf, howOf, pointsOf } from "./scores-parts";
import { explain } from "../../problems";
import { t } from "./scores-t";

interface Behind {
  readonly total: number;
  readonly records: readonly { readonly record: string; readonly day: string }[];
}

/** The approved records behind points: asked for when somebody opens them. */
export function Records({ path, count }: { path: string; count: number }) {
  const [behind, setBehind] = useState<Behind | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { device } = here().profile;
  const ask = (): void => {
    setTrouble(null);
    api<Behind>("GET", path, undefined, device).then(setBehind, (error: unknown) => setTrouble(explain(error)));
  };
  return (
    <details onToggle={(event) => event.currentTarget.open && !behind && ask()}>
      <summary>{t("scores.records", { count })}</summary>
      {trouble && <p class="small">{trouble}</p>}
      {!behind && !trouble && <p class="soft small">{t("app.loading")}</p>}
      <ul class="score-records">
        {behind?.records.map((one) => (
          <li key={one.record}>
            <a href={`#/review/${one.record}`}>{`${one.record} · ${formatDate(one.day)}`}</a>
          </li>
        ))}
      </ul>
      {behind && behind.total > behind.records.length && (
        <p class="soft small">{t("scores.records.more", { count: formatNumber(behind.total - behind.records.length) })}</p>
      )}
    </details>
  );
}

function CountedCell({ defined, counted, path }: { defined: Defined; counted: Counted | null; path: string }) {
  if (!counted) return <span class="soft">{t("scores.hand")}</span>;
  return (
    <>
      {counted.state === "counted" && counted.points !== null && <span class="number">{formatPoints(counted.points)}</span>}
      <span class="small soft">{figureOf(defined, counted)}</span>
      {counted.records > 0 && may("read") && <Records path={path} count={counted.records} />}
      {counted.records > 0 && !may("read") && <span class="small">{t("scores.records", { count: counted.records })}</span>}
    </>
  );
}

function byOf(entry: Entry): string {
  return entry.for === null ? entry.by : t("history.for", { name: entry.by, whom: entry.for });
}

function Standing({ item, column, mark }: { item: Item; column: Column; mark: boolean }) {
  const said = (points: number | null): string => (mark ? t(points ? "scores.points.yes" : "scores.points.no") : pointsOf(points));
  const entry = item.entries[column];
  const stands = standing(item, column);
  if (!entry) return <span class="soft">{stands ? `(${said(stands.points)})` : "–"}</span>;
  const moved = item.counted !== null && item.counted.points !== entry.counted;
  return (
    <>
      <span class="number">{said(entry.points)}</span>
      <span class="small soft">{byOf(entry)}</span>
      {entry.reason && <span class="small">{entry.reason}</span>}
      {moved && <span class="small soft">{t("scores.moved", { then: pointsOf(entry.counted) })}</span>}
    </>
  );
}

interface ItemProps {
  readonly item: Item;
  readonly defined: Defined;
  readonly mine: readonly Column[];
  readonly path: string;
  readonly enter: (column: Column) => void;
}

export function ItemLine({ item, defined, mine, path, enter }: ItemProps) {
  const mark = defined.points === undefined;
  return (
    <li class="score-item" data-item={item.code}>
      <div class="score-name">
        <h4>{`${item.code} · ${localized(defined.name)}`}</h4>
        {defined.indicator && <p class="small soft">{howOf(defined).join(" · ")}</p>}
      </div>
      <dl>
        {!mark && (
          <>
            <div class="score-most">
              <dt>{t("scores.most")}</dt>
              <dd class="number">{formatPoints(item.most)}</dd>
            </div>
            <div class="score-counted">
              <dt>{t("scores.counted")}</dt>
              <dd>
                <CountedCell defined={defined} counted={item.counted} path={path} />
              </dd>
            </div>
          </>
        )}
        {COLUMNS.map((column) => (
          <div key={column} data-column={column}>
            <dt>{t(`scores.${column}`)}</dt>
            <dd>
              <Standing item={item} column={column} mark={mark} />
            </dd>
          </div>
        ))}
      </dl>
      <div class="score-actions">
        {mine.map((column) => (
          <Action key={column} item={item} column={column} enter={enter} />
        ))}
      </div>
    </li>
  );
}

function Action({ item, column, enter }: { item: Item; column: Column; enter: (column: Column) => void }) {
  const refused = item.refused[column];
  if (refused) return <p class="small soft">{t(`problem.${refused}`)}</p>;
  return (
    <Button icon="draft" onClick={() => enter(column)}>
      {t(item.entries[column] ? "scores.change" : `scores.enter.${column}`)}
    </Button>
  );
}

export function History({ history }: { history: readonly Entry[] }) {
  return (
    <details class="score-history">
      <summary>{t("scores.history", { count: formatNumber(history.length) })}</summary>
      <ul class="stack" data-gap="small">
        {history.map((entry, index) => (
          <li key={index}>
            <p>
              <strong>{`${entry.item} · ${t(`scores.${entry.column}`)}: ${pointsOf(entry.points)}`}</strong>
            </p>
            <p class="small soft with-icon">
              <Icon name="person" />
              <span>{`${byOf(entry)} · ${formatMoment(entry.at)}`}</span>
            </p>
            {entry.reason && <p class="small">{entry.reason}</p>}
          </li>
        ))}
      </ul>
    </details>
  );
}

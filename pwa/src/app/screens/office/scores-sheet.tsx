/** One unit's score sheet: groups, items, three columns, their totals, and what was put down when and why. */
import { useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { localized } from "../../i18n";
import { useKept, type Asked } from "../../kept";
import { here, may } from "../../session";
import { Banner, Button, Card, Dialog, Icon, Page } from "../../ui";
import { COLUMNS, formatPoints, HUNDRED, rest, type Column, type Defined, type Given, type Sheet as Found, type Total } from "./scores-data";
import { Enter, type Entering } from "./scores-enter";
import { History, ItemLine, Records } from "./scores-item";
import { About, limitNames, rankName } from "./scores-parts";
import { explain } from "../../problems";
import { t } from "./scores-t";
import "./scores.css";

interface PartProps {
  readonly sheet: Found;
  readonly path: string;
  readonly enter: (entering: Entering) => void;
}

function Totals({ sheet }: { sheet: Found }) {
  const { final } = sheet.columns;
  return (
    <Card title={t("scores.total")}>
      <div class="score-totals">
        {COLUMNS.map((column) => (
          <TotalOf key={column} sheet={sheet} column={column} total={sheet.columns[column]} />
        ))}
      </div>
      {final.missing > 0 && <p class="small soft">{t("scores.missing", { count: final.missing })}</p>}
      {final.limits.length > 0 && <Banner tone="problem" title={t("scores.limited", { names: limitNames(sheet.table, final) })} />}
    </Card>
  );
}

function TotalOf({ sheet, column, total }: { sheet: Found; column: Column; total: Total }) {
  return (
    <div class="score-total" data-column={column}>
      <span class="soft">{t(`scores.${column}`)}</span>
      <strong class="number">{total.points === null ? "–" : formatPoints(total.points)}</strong>
      <span>{rankName(sheet.table, total)}</span>
      <span class="small soft">{total.left ? t("scores.left", { count: total.left }) : t("scores.done")}</span>
    </div>
  );
}

function Part({ title, sum, items, ...rest_ }: PartProps & { title: string; sum?: string; items: readonly Defined[] }) {
  const { sheet, path, enter } = rest_;
  const name = `ben-${here().profile.device}-score-${path}`;
  return (
    <section class="card score-part" aria-label={title}>
      <div class="score-part-head">
        <h3>{title}</h3>
        {sum && <span class="number">{sum}</span>}
      </div>
      <ul class="score-items">
        {items.map((defined) => {
          const item = sheet.items.find((each) => each.code === defined.code);
          if (!item) return null;
          const key = (column: Column): string => `${name}-${item.code}-${column}`;
          return (
            <ItemLine
              key={item.code}
              item={item}
              defined={defined}
              mine={sheet.mine}
              path={`${path}/records/${item.code}`}
              enter={(column) => enter({ item, defined, column, key: key(column) })}
            />
          );
        })}
      </ul>
    </section>
  );
}

function Limits({ sheet, path }: { sheet: Found; path: string }) {
  if (!sheet.table.limits.length) return null;
  return (
    <Card title={t("scores.limits")}>
      <ul class="stack" data-gap="small">
        {sheet.table.limits.map((limit) => {
          const holds = sheet.columns.final.limits.includes(limit.code);
          const count = sheet.limits.find((each) => each.code === limit.code)?.count ?? 0;
          const rank = localized(sheet.table.ranks.find((each) => each.code === limit.rank)?.name);
          return (
            <li key={limit.code}>
              <p>{t("scores.limit", { name: localized(limit.name), rank })}</p>
              <p class="with-icon small">
                <Icon name={holds ? "hold" : "check"} />
                <span>{t(holds ? "scores.limit.holds" : "scores.limit.free")}</span>
              </p>
              {count > 0 && <Records path={`${path}/records/${limit.code}`} count={count} />}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** Taking over at once what stands: asked before it is done. */
function Rest({ sheet, column, busy, put }: { sheet: Found; column: Column; busy: boolean; put: (column: Column, given: readonly Given[]) => Promise<boolean> }) {
  const [asking, setAsking] = useState(false);
  const given = rest(sheet, column);
  if (!given.length) return null;
  const words = t(`scores.rest.${column}`, { count: given.length });
  const go = async (): Promise<void> => {
    await put(column, given);
    setAsking(false);
  };
  return (
    <>
      <Button kind="primary" icon="check" onClick={() => setAsking(true)}>
        {words}
      </Button>
      <Dialog
        open={asking}
        title={words}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="primary" busy={busy} onClick={go}>
              {words}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("scores.rest.text")}</p>
      </Dialog>
    </>
  );
}

function usePut(path: string, { found, ask, take }: Asked<Found>) {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ good: boolean; words: string } | null>(null);
  const put = async (column: Column, entries: readonly Given[]): Promise<boolean> => {
    setBusy(true);
    setTold(null);
    try {
      take(await api<Found>("PUT", `${path}/${column}`, { entries, seen: found?.seen ?? 0 }, here().profile.device));
      setTold({ good: true, words: t("scores.saved") });
      return true;
    } catch (error) {
      setTold({ good: false, words: explain(error) });
      void ask();
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, told, put, forget: () => setTold(null) };
}

/** To be keyed by its place. */
export function Sheet({ campaign, place }: { campaign: number; place: number }) {
  const path = `/api/campaigns/${campaign}/scores/${place}`;
  const asked = useKept<Found>(path);
  const { found: sheet, at, failure, ask } = asked;
  const { busy, told, put, forget } = usePut(path, asked);
  const [entering, setEntering] = useState<Entering | null>(null);
  if (!sheet) {
    return (
      <>
        <About about={null} at={at} failure={failure} ask={ask} />
        {failure === null && <p class="soft">{t("app.loading")}</p>}
      </>
    );
  }
  const { table, columns } = sheet;
  const enter = (next: Entering): void => {
    forget();
    setEntering(next);
  };
  const props = { sheet, path, enter };
  const ties = table.ties.flatMap(({ code, name }) => (code && name ? [{ code, name }] : []));
  return (
    <>
      <h2>{localized(sheet.name)}</h2>
      <About about={sheet} at={at} failure={failure} ask={ask} />
      <Totals sheet={sheet} />
      {told && !entering && <Banner tone={told.good ? "good" : "problem"} live title={told.words} />}
      <div class="row">
        {sheet.mine.map((column) => (
          <Rest key={column} sheet={sheet} column={column} busy={busy} put={put} />
        ))}
      </div>
      {table.groups.map((group) => {
        const sum = columns.final.groups.find((each) => each.code === group.code);
        const words = sum && t("scores.group", { points: formatPoints(sum.points), of: formatPoints(sum.of) });
        return <Part key={group.code} title={`${group.code}. ${localized(group.name)}`} sum={words} items={group.items} {...props} />;
      })}
      {table.bonus && <Part title={t("scores.bonus", { points: formatPoints(table.bonus.most * HUNDRED) })} items={table.bonus.items} {...props} />}
      {table.deductions && <Part title={t("scores.deductions", { points: formatPoints(table.deductions.most * HUNDRED) })} items={table.deductions.items} {...props} />}
      {ties.length > 0 && <Part title={t("scores.ties")} items={ties} {...props} />}
      <Limits sheet={sheet} path={path} />
      <Card>
        <History history={sheet.history} />
      </Card>
      <Enter
        entering={entering}
        busy={busy}
        trouble={told && !told.good ? told.words : null}
        close={() => setEntering(null)}
        save={async (given) => {
          const done = entering !== null && (await put(entering.column, [given]));
          if (done) setEntering(null);
          return done;
        }}
      />
    </>
  );
}

export default function ScoreSheet({ parameters }: { parameters: Record<string, string> }) {
  const all = may("verify") || may("conclude");
  return (
    <Page title={t("scores.title")} width="wide" back={all ? "scores" : "campaign"}>
      <Sheet key={parameters["place"]} campaign={Number(parameters["campaign"])} place={Number(parameters["place"])} />
    </Page>
  );
}

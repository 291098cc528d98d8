/** What the server keeps apart for my places: why, the whole of it, and what I may do about it. */
import { useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { NetworkError, ProblemError } from "../../../shared/problem";
import type { MutationResult, QuarantineDocument } from "../../../shared/protocol";
import { formTitle, personName, placeName } from "../../data/lookup";
import { describer } from "../../data/answers";
import { showValue } from "../../data/values";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { explain, explainReason } from "../../problems";
import { here } from "../../session";
import { Banner, Button, Dialog, EmptyState, Icon, List, ListItem, Loading, Page, StateChip } from "../../ui";
import { concernsMe, itemsHeld, useDesk, type DeskData } from "./desk-data";
import { faultsOf, readHeld, type HeldContent } from "./held-content";
import "./supervisor.css";
import { t } from "./t";

type How = "release" | "discard";
interface Told {
  readonly tone: "good" | "plum" | "attention" | "problem";
  readonly words: string;
}

interface Settled {
  readonly result?: MutationResult;
}

function outcomeOf(how: How, settled: Settled): Told {
  if (how === "discard") return { tone: "good", words: t("quarantine.done.discarded") };
  const status = settled.result?.status;
  if (status === "conflict") return { tone: "plum", words: t("quarantine.done.conflict") };
  if (status === "stale") return { tone: "attention", words: t("quarantine.done.stale") };
  return { tone: "good", words: t(status === "merged" ? "quarantine.done.merged" : "quarantine.done.released") };
}

function refusalOf(error: unknown): Told {
  if (error instanceof NetworkError) return { tone: "attention", words: t("quarantine.online") };
  if (error instanceof ProblemError && error.slug === "still-held") {
    return { tone: "attention", words: t("quarantine.still", { reason: explainReason(String(error.problem.extra["reason"])) }) };
  }
  if (error instanceof ProblemError && error.slug === "already-settled") {
    const how = error.problem.extra["settled"] === "released" ? "released" : "discarded";
    return { tone: "attention", words: t(`quarantine.settled.${how}`) };
  }
  return { tone: "problem", words: explain(error) };
}

function titleOf(item: QuarantineDocument, content: HeldContent, data: DeskData): string {
  const record = item.record ?? "–";
  if (content.kind === "unreadable") return t("quarantine.unreadable");
  if (content.kind === "review") return t("quarantine.review", { record, decision: content.decision ? t(`act.${content.decision}`) : "" });
  if (content.kind === "move") return t("quarantine.move", { record, place: content.place === null ? "–" : placeName(data, content.place) });
  return t(`quarantine.${content.kind}`, { record });
}

function Content({ item, content, data }: { item: QuarantineDocument; content: HeldContent; data: DeskData }) {
  const form = content.form === null ? undefined : data.forms.get(content.form)?.compiled;
  const values = Object.fromEntries(content.answers.flatMap(({ path, value }) => (value === null ? [] : [[path, value]])));
  const describe = form && describer(form, values, here().store.now());
  const faults = faultsOf(item);
  if (content.kind === "unreadable") return <pre class="kept-content">{JSON.stringify(item.payload, null, 2)}</pre>;
  return (
    <>
      {content.reason && <q class="reason">{content.reason}</q>}
      <dl class="facts">
        {content.answers.map(({ path, value }) => (
          <div key={path}>
            <dt>{describe?.(path).label ?? path}</dt>
            <dd>
              {showValue(describe?.(path).node, value, describe?.(path).choices)}
              {faults
                .filter((fault) => fault.path === path)
                .map((fault, index) => (
                  <span key={index} class="field-error small">
                    <Icon name="alert" />
                    <span>{localized(fault.message)}</span>
                  </span>
                ))}
            </dd>
          </div>
        ))}
      </dl>
      {faults
        .filter((fault) => !content.answers.some((answer) => answer.path === fault.path))
        .map((fault) => (
          <p key={fault.path} class="field-error small">
            <Icon name="alert" />
            <span>
              {describe?.(fault.path).label || fault.path}: {localized(fault.message)}
            </span>
          </p>
        ))}
    </>
  );
}

interface ItemProps {
  item: QuarantineDocument;
  data: DeskData;
  told: Told | undefined;
  tell: (told: Told) => void;
}

function Actions({ item, tell, mine }: ItemProps & { mine: boolean }) {
  const { profile, sync } = here();
  const [busy, setBusy] = useState<How | null>(null);
  const [asking, setAsking] = useState(false);
  const settle = async (how: How): Promise<void> => {
    setAsking(false);
    setBusy(how);
    try {
      tell(outcomeOf(how, await api<Settled>("POST", `/api/quarantine/${item.id}/${how}`, undefined, profile.device)));
    } catch (error) {
      tell(refusalOf(error));
    }
    setBusy(null);
    await sync.now();
  };
  const refused = mine && item.reason === "device-revoked";
  return (
    <>
      {refused && <p class="soft small">{t("quarantine.revoked-own")}</p>}
      <div class="row">
        {!refused && (
          <Button kind="primary" icon="check" busy={busy !== null} onClick={() => settle("release")}>
            {t("quarantine.release")}
          </Button>
        )}
        <Button kind="danger" icon="cross" busy={busy !== null} onClick={() => setAsking(true)}>
          {t("quarantine.discard")}
        </Button>
      </div>
      <Dialog
        open={asking}
        title={t("quarantine.confirm.title")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="danger" onClick={() => settle("discard")}>
              {t("quarantine.discard")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("quarantine.confirm.text")}</p>
      </Dialog>
    </>
  );
}

function Item(props: ItemProps) {
  const { item, data, told } = props;
  const record = data.records.find((one) => one.id === item.record);
  const content = readHeld(item, record?.form ?? null, data.forms);
  const held = item.status === "held";
  return (
    <section class="card held" data-item={item.id} aria-label={titleOf(item, content, data)}>
      <h2>{titleOf(item, content, data)}</h2>
      <div>
        {held && <StateChip state="quarantined" />}
        <p class="small soft">
          {t("quarantine.sent", { name: personName(data, item.by), device: String(item.device) })} · {formatMoment(item.at)}
          {item.place !== null && ` · ${placeName(data, item.place)}`}
          {content.form !== null && ` · ${formTitle(data, content.form)}`}
        </p>
      </div>
      <Banner tone="problem" title={t("quarantine.why")}>
        <p>{explainReason(item.reason)}</p>
        {item.reason === "record-moved" && item.place !== null && <p>{t("quarantine.moved-to", { place: placeName(data, item.place) })}</p>}
      </Banner>
      <details open={held && content.answers.length <= 6}>
        <summary>{t("quarantine.content")}</summary>
        <Content item={item} content={content} data={data} />
      </details>
      {record && <a href={`#/review/${record.id}`}>{t("quarantine.open-record", { record: record.id })}</a>}
      {told && <Banner tone={told.tone} live title={told.words} />}
      {held && <Actions {...props} mine={item.by === data.mine.person} />}
    </section>
  );
}

function Earlier({ data, shown }: { data: DeskData; shown: ReadonlySet<string> }) {
  const settled = data.quarantine.filter((item) => item.status !== "held" && concernsMe(item, data.mine) && !shown.has(item.id));
  if (settled.length === 0) return null;
  return (
    <details class="earlier">
      <summary>
        {t("quarantine.earlier")} ({settled.length})
      </summary>
      <List label={t("quarantine.earlier")}>
        {settled.map((item) => {
          const content = readHeld(item, data.records.find((one) => one.id === item.record)?.form ?? null, data.forms);
          return (
            <ListItem
              key={item.id}
              icon={item.status === "released" ? "check" : "cross"}
              title={titleOf(item, content, data)}
              detail={`${personName(data, item.by)} · ${formatMoment(item.at)} · ${explainReason(item.reason)}`}
              chip={<strong class="small">{t(item.status === "released" ? "quarantine.was.released" : "quarantine.was.discarded")}</strong>}
            />
          );
        })}
      </List>
    </details>
  );
}

export default function Quarantine() {
  const data = useDesk();
  const [told, setTold] = useState<Readonly<Record<string, Told>>>({});
  const open = data ? itemsHeld(data) : [];
  // What was just settled stays where it was, with what became of it.
  const shown = data ? data.quarantine.filter((item) => open.includes(item) || told[item.id]) : [];
  return (
    <Page title={t("quarantine.title")} width="wide" back="inbox" lead={shown.length > 0 ? <p class="soft">{t("quarantine.lead")}</p> : undefined}>
      {!data && <Loading />}
      {data && shown.length === 0 && (
        <EmptyState icon="check" title={t("quarantine.empty.title")}>
          <p>{t("quarantine.empty.text")}</p>
        </EmptyState>
      )}
      {data && shown.length > 0 && (
        <div class="cards">
          {shown.map((item) => (
            <Item key={item.id} item={item} data={data} told={told[item.id]} tell={(words) => setTold((before) => ({ ...before, [item.id]: words }))} />
          ))}
        </div>
      )}
      {data && <Earlier data={data} shown={new Set(shown.map((item) => item.id))} />}
    </Page>
  );
}

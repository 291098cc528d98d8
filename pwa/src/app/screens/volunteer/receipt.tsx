/** A record's receipt: what may be shown to anybody. Of what the record holds it says when that happened, and nothing else. */
import { useState } from "preact/hooks";
import type { RecordView } from "../../../store";
import { closedOf, useClosings } from "../../data/closed";
import { decisionBehind, pendingOf, type Pending } from "../../data/receipt";
import { formTitle, isMine, occurred, placeName, useLookup, type Lookup } from "../../data/lookup";
import { common } from "../../i18n/common";
import { formatMoment } from "../../i18n/format";
import { called, translator } from "../../i18n";
import { receipt as words } from "../../i18n/receipt";
import { useLive } from "../../live";
import { here } from "../../session";
import { standing, STATES, type StateName } from "../../states";
import { Banner, Button, EmptyState, Facts, Loading, Page, StateChip } from "../../ui";

const t = translator(common, words);

/** A name and never 'you': somebody else reads it. */
function nameOf(lookup: Lookup, person: number | null): string {
  const { person: me } = here().profile;
  if (person === null || person === me.id) return me.name;
  return lookup.people.get(person) ?? t("person.somebody", { person });
}

function factsOf(record: RecordView, lookup: Lookup): [string, string][] {
  const rows: [string, string][] = [
    [t("receipt.form"), formTitle(lookup, record.form)],
    [t("receipt.place"), placeName(lookup, record.place)],
    [t("receipt.happened"), occurred(lookup, record)],
    [t("receipt.by"), nameOf(lookup, isMine(record) ? null : record.by)],
    [t("receipt.saved"), formatMoment(record.at)],
    [t("receipt.received"), record.received ? formatMoment(record.received) : t("receipt.not-received")],
    [t("receipt.revision"), record.rev > 0 ? String(record.rev) : t("receipt.not-yet")],
  ];
  return rows.filter(([, value]) => value !== "");
}

/** Where it stands, and who decided that. */
function stateOf(record: RecordView, lookup: Lookup, stands: StateName | null): { name: StateName; decided: string } {
  const name = stands ?? record.local;
  const last = decisionBehind(record, name);
  const decided = last ? t("receipt.decided", { name: nameOf(lookup, last.by), time: formatMoment(last.at) }) : "";
  return { name, decided };
}

function Share({ text }: { text: string }) {
  const [told, setTold] = useState<"copied" | "not-shared" | null>(null);
  const share = async () => {
    setTold(null);
    try {
      if (typeof navigator.share === "function") {
        await navigator.share({ title: t("receipt.title"), text });
      } else {
        await navigator.clipboard.writeText(text);
        setTold("copied");
      }
    } catch (error) {
      if (!(error instanceof Error && error.name === "AbortError")) setTold("not-shared"); // Else they changed their mind.
    }
  };
  return (
    <div class="stack unprinted" data-gap="small">
      {told && <Banner tone={told === "copied" ? "good" : "attention"} live title={t(`receipt.${told}`)} />}
      <Button kind="primary" icon="send" wide onClick={share}>
        {t("receipt.share")}
      </Button>
      <Button icon="form" wide onClick={() => print()}>
        {t("receipt.print")}
      </Button>
    </div>
  );
}

interface CardProps {
  readonly record: RecordView;
  readonly pending: readonly Pending[];
  readonly lookup: Lookup;
}

function Card({ record, pending, lookup }: CardProps) {
  const closed = closedOf(useClosings(), record, lookup.forms.get(record.form));
  const { name, decided } = stateOf(record, lookup, standing(record, closed));
  const facts = factsOf(record, lookup);
  // Of what the server has nothing of yet, the state itself says so.
  const unsent = record.rev > 0 ? pending.map((each) => t(`receipt.${each}`)) : [];
  const state = [t(STATES[name].word), decided, ...unsent].filter(Boolean).join(" · ");
  const text = [t("receipt.title"), called(t("receipt.code"), record.id), ...facts.map(([name, what]) => called(name, what)), called(t("receipt.state"), state)].join("\n");
  return (
    <>
      <section class="receipt paper-receipt" aria-label={t("receipt.title")}>
        <p class="receipt-id">
          <span>{t("receipt.code")}</span> <strong>{record.id}</strong>
        </p>
        <Facts
          rows={[
            ...facts,
            [
              t("receipt.state"),
              <>
                <StateChip state={name} />
                {decided && <p>{decided}</p>}
                {unsent.map((each) => (
                  <p key={each}>{each}</p>
                ))}
              </>,
            ],
          ]}
        />
        <p class="small">{t("receipt.check")}</p>
        <p class="soft small">{t("receipt.nothing")}</p>
      </section>
      <Share text={text} />
    </>
  );
}

export function Receipt({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["id"] ?? "";
  const lookup = useLookup();
  const found = useLive(
    async (store) => ({ record: await store.record(id), pending: pendingOf(await store.outbox(), id) }),
    [id],
    ["records", "outbox", "documents"],
  );
  const title = t("receipt.title");
  if (!lookup || !found) {
    return (
      <Page title={title} back={`record/${id}`}>
        <Loading />
      </Page>
    );
  }
  const { record, pending } = found;
  return (
    <Page title={title} back={`record/${id}`}>
      {!record && <EmptyState icon="list" title={t("record.missing.text", { id })} />}
      {record?.gone && (
        <EmptyState icon="offline" title={t("record.gone.title")}>
          <p>{t("record.gone.text")}</p>
        </EmptyState>
      )}
      {record && !record.gone && <Card record={record} pending={pending} lookup={lookup} />}
    </Page>
  );
}

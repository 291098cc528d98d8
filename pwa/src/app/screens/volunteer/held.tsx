/** One thing that the server keeps apart: why, the whole of its content, and what a person may do about it. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { applyChanges, decode, pathOf } from "../../../shared/positions";
import type { FieldSet, QuarantineDocument } from "../../../shared/protocol";
import { formTitle, personName, placeName, useLookup, type Lookup } from "../../data/lookup";
import { describer } from "../../data/answers";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { AnswerValue, OfRecord } from "../../media";
import { explain, explainReason } from "../../problems";
import { here } from "../../session";
import { Banner, Button, Card, Dialog, EmptyState, Facts, Loading, Page, StateChip } from "../../ui";

export function Held({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["id"] ?? "";
  const lookup = useLookup();
  const found = useLive(
    async (store) => {
      const item = await store.document("quarantine", id);
      return { item, record: item?.record ? await store.record(item.record) : null };
    },
    [id],
    ["documents", "records"],
  );
  if (!lookup || !found) return <Page title={t("app.loading")} back="outbox"><Loading titled /></Page>;
  const { item, record } = found;
  return (
    <Page title={t("held.one")} back="outbox">
      {item ? <Item item={item} form={record?.form} lookup={lookup} /> : <EmptyState icon="check" title={t("held.none")} />}
    </Page>
  );
}

function formOf(item: QuarantineDocument, known: number | undefined): number | undefined {
  return item.payload.kind === "edit" ? (item.payload.form ?? known) : known;
}

/** What was typed, by question where the form is known; anything else as it came. */
function contentRows(item: QuarantineDocument, form: number | undefined, lookup: Lookup): [string, ComponentChildren][] {
  const { payload } = item;
  if (payload.kind === "review") return [[t("outbox.kind.review"), `${payload.decision} ${payload.reason}`]];
  if (payload.kind === "move") return [[t("outbox.kind.move"), placeName(lookup, payload.place)]];
  const compiled = form === undefined ? undefined : lookup.forms.get(form)?.compiled;
  const set: readonly FieldSet[] = Array.isArray(payload.set) ? payload.set : [];
  const changes = compiled ? decode(set, compiled.fields) : {};
  const describe = compiled && describer(compiled, applyChanges({}, changes), here().store.now());
  return set.map((entry) => {
    const path = compiled && pathOf(entry, compiled.fields);
    const about = path && describe?.(path);
    return about ? [about.label, <AnswerValue node={about.node} value={entry[1]} choices={about.choices} />] : [String(entry[0]), <AnswerValue node={undefined} value={entry[1]} />];
  });
}

/** Who handed it in, if that wasn't the phone itself. */
function broughtBy(item: QuarantineDocument): string {
  const { detail } = item;
  return typeof detail === "object" && detail !== null && "name" in detail ? String(detail.name) : "";
}

function Item({ item, form, lookup }: { item: QuarantineDocument; form: number | undefined; lookup: Lookup }) {
  const version = formOf(item, form);
  return (
    <>
      <Banner tone="problem" title={explainReason(item.reason)}>
        <p>{t("record.held.text")}</p>
      </Banner>
      <Card>
        <div>
          <StateChip state="quarantined" />
        </div>
        <Facts
          rows={[
            [t("record.number"), item.record ?? "–"],
            [t("record.by"), personName(lookup, item.by)],
            [t("record.received"), formatMoment(item.at)],
            ...(broughtBy(item) ? [[t("held.brought"), broughtBy(item)] as const] : []),
            [t("held.form"), version === undefined ? "–" : formTitle(lookup, version)],
          ]}
        />
      </Card>
      <Card title={t("held.content")}>
        <OfRecord.Provider value={item.record}>
          <Facts rows={contentRows(item, version, lookup)} />
        </OfRecord.Provider>
      </Card>
      {item.status === "held" ? <Settle item={item} /> : <Banner tone="good" title={t(`held.${item.status}`)} />}
    </>
  );
}

/** Release tries again what was refused, in its author's name; discard ends it. Both need the network. */
function Settle({ item }: { item: QuarantineDocument }) {
  const { profile, sync } = here();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const settle = async (how: "release" | "discard") => {
    setAsking(false);
    setBusy(true);
    setTrouble(null);
    try {
      await api("POST", `/api/quarantine/${item.id}/${how}`, undefined, profile.device);
      await sync.now();
    } catch (error) {
      setTrouble(explain(error));
    }
    setBusy(false);
  };
  return (
    <>
      {trouble && <Banner tone="problem" live title={trouble} />}
      <div class="row">
        <Button icon="sync" busy={busy} onClick={() => settle("release")}>
          {t("held.release")}
        </Button>
        <Button kind="danger" icon="cross" busy={busy} onClick={() => setAsking(true)}>
          {t("held.discard")}
        </Button>
      </div>
      <Dialog
        open={asking}
        title={t("held.discard.title")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="danger" onClick={() => settle("discard")}>
              {t("held.discard")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("held.discard.text")}</p>
      </Dialog>
    </>
  );
}

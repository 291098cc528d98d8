/** What waits on this phone, since when, and how sending goes. */
import type { Mutation, QuarantineDocument } from "../../../shared/protocol";
import { useState } from "preact/hooks";
import { StorageFull, type OutboxItem } from "../../../store";
import { nearlyFull, useStorage } from "../../data/storage";
import { shareAsFile } from "../../data/file";
import { outboxFile } from "../../data/outbox-file";
import { formTitle, useLookup, type Lookup } from "../../data/lookup";
import { called } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { PhotosWaiting, useWaitingPhotos } from "../../media";
import { explain, explainReason } from "../../problems";
import { here, syncStatus } from "../../session";
import { Now } from "./outbox/now";
import { Banner, Button, EmptyState, List, ListItem, Page, StateChip } from "../../ui";

export function Outbox() {
  const lookup = useLookup();
  const found = useLive(
    async (store) => ({
      items: await store.outbox(),
      forms: new Map((await store.records()).map((record) => [record.id, record.form])),
      held: (await store.documents("quarantine")).filter((item) => item.status === "held"),
    }),
    [],
    ["outbox", "records", "documents"],
  );
  return (
    <Page title={t("outbox.title")}>
      <Now oldest={found?.items[0]?.mutation.at ?? null} />
      <Risk />
      {found && <PhotosWaiting file={found.items.length === 0} />}
      {lookup && found && (
        <>
          <Items items={found.items} forms={found.forms} lookup={lookup} />
          <Held items={found.held} />
        </>
      )}
      <p class="small">
        <a href="#/handin">{t("handin.open")}</a>
      </p>
    </Page>
  );
}

/** What would be lost with this phone, and how safe it is here. */
function Risk() {
  const photos = useWaitingPhotos();
  const waiting = syncStatus.value.waiting + photos;
  const drafts = useLive(async (store) => (await store.drafts()).length, [], ["drafts"]) ?? 0;
  const [storage, keep] = useStorage([waiting]);
  const unsafe = nearlyFull(storage) || storage.persisted === false;
  if (waiting + drafts === 0 || !unsafe) return null;
  const counts = [waiting > 0 && t("risk.only-here", { count: waiting }), drafts > 0 && t("risk.drafts", { count: drafts })];
  return (
    <Banner tone="attention" title={called(t("risk.title"), counts.filter(Boolean).join(", "))}>
      <p>{t(nearlyFull(storage) ? "risk.full" : "risk.evict")}</p>
      {storage.persisted === false && <Button onClick={keep}>{t("me.persist")}</Button>}
    </Banner>
  );
}

function kindOf(mutation: Mutation): string {
  if (mutation.kind === "edit") return t(mutation.base === 0 && !mutation.after?.length ? "outbox.kind.create" : "outbox.kind.edit");
  if (mutation.kind === "move") return t("outbox.kind.move");
  return t(mutation.kind === "resolve" ? "outbox.kind.resolve" : "outbox.kind.review");
}

function Items({ items, forms, lookup }: { items: readonly OutboxItem[]; forms: ReadonlyMap<string, number>; lookup: Lookup }) {
  const { profile, store } = here();
  const [trouble, setTrouble] = useState<string | null>(null);
  const [left, setLeft] = useState(0);
  const photos = useWaitingPhotos();
  const save = async () => {
    setTrouble(null);
    try {
      const file = await outboxFile(store, profile);
      await shareAsFile(`ben-${profile.device}-${store.today()}.json`, file);
      setLeft(file.left);
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("home.full") : explain(error));
    }
  };
  if (!items.length) return photos > 0 ? null : <EmptyState icon="cloud" title={t("outbox.empty")} />;
  return (
    <section class="stack">
      <List label={t("outbox.items")}>
        {items.map(({ n, mutation, sending, result }) => {
          const form = forms.get(mutation.record);
          return (
            <ListItem
              key={n}
              href={`#/record/${mutation.record}`}
              title={called(kindOf(mutation), form === undefined ? mutation.record : formTitle(lookup, form))}
              detail={
                <>
                  {mutation.record} · {t("outbox.since", { time: formatMoment(mutation.at) })}
                  {result?.reason && <p>{explainReason(result.reason)}</p>}
                </>
              }
              chip={<StateChip state={sending ? "sending" : "waiting"} />}
            />
          );
        })}
      </List>
      <p class="soft small">{t("outbox.file.text")}</p>
      {trouble && <Banner tone="problem" live title={trouble} />}
      {left > 0 && <Banner tone="attention" live title={t("outbox.file.left", { count: left })} />}
      <div>
        <Button
          icon="download"
          onClick={save}
        >
          {t("outbox.file")}
        </Button>
      </div>
    </section>
  );
}

function Held({ items }: { items: readonly QuarantineDocument[] }) {
  if (!items.length) return null;
  return (
    <section class="stack" data-gap="small">
      <h2>{t("held.title")}</h2>
      <List label={t("held.title")}>
        {items.map((item) => (
          <ListItem
            key={item.id}
            href={`#/held/${item.id}`}
            title={item.record ?? t("held.item", { n: item.n })}
            detail={`${explainReason(item.reason)} ${formatMoment(item.at)}`}
            chip={<StateChip state="quarantined" />}
          />
        ))}
      </List>
    </section>
  );
}

/** Where a volunteer starts: what needs them, what is unfinished, what they can fill in, what waits. */
import { useEffect, useState } from "preact/hooks";
import type { FormDocument, PlaceDocument } from "../../../shared/protocol";
import { StorageFull, type Draft, type RecordView } from "../../../store";
import { beginDraft } from "../../data/drafts";
import { COMMUNES, hasEnded, placesOf } from "../../data/places";
import { offered, type Offered } from "../../data/offered";
import { formTitle, isMine, recordDetail, useLookup, type Lookup } from "../../data/lookup";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { warmLater } from "../../later";
import { useLive } from "../../live";
import { PhotosWaiting } from "../../media";
import { explain } from "../../problems";
import { address, go } from "../../router";
import { here, syncStatus } from "../../session";
import { syncWords } from "../../shell/bar";
import { kept } from "../../shell/worker";
import { concerns } from "../../shell/conflicts";
import { chipsOf } from "../../states";
import { Banner, Button, Card, Dialog, EmptyState, Icon, LinkButton, List, ListItem, Page, StateChip, StateChips, type IconName } from "../../ui";
import { InstallHint } from "./home/install-hint";
import { CampaignTeaser } from "./home/teaser";

export function Home() {
  const { profile } = here();
  const lookup = useLookup();
  const found = useLive(
    async (store) => ({ records: await store.records(), drafts: await store.drafts() }),
    [],
    ["drafts", "records", "outbox"],
  );
  const stands = Boolean(lookup && found);
  useEffect(() => {
    if (stands) warmLater();
  }, [stands]);
  const role = profile.roles.find((each) => each.rights.includes("write")) ?? profile.roles[0];
  return (
    <Page
      width="wide"
      title={t("home.hello", { name: profile.person.name })}
      lead={role && <p class="soft">{t("home.at", { place: localized(role.place.name) })}</p>}
    >
      {lookup && found ? (
        <div class="two">
          <div class="stack">
            <ToReview lookup={lookup} records={found.records} />
            <Attention lookup={lookup} records={found.records} />
            <Drafts lookup={lookup} drafts={found.drafts} />
            <Forms lookup={lookup} />
          </div>
          <div class="stack">
            <Waiting />
            <CampaignTeaser />
            <InstallHint />
          </div>
        </div>
      ) : (
        <p class="soft">{t("app.loading")}</p>
      )}
    </Page>
  );
}

/** Returned records of mine, and disagreements that I am a side of. */
export function needsMe(record: RecordView): boolean {
  const me = here().profile.person.id;
  if (record.gone) return false;
  if (record.local === "quarantined" && isMine(record)) return true;
  if (record.state === "returned" && isMine(record) && record.local === "on_server") return true;
  return record.conflicts.some((conflict) => !conflict.resolving) && concerns(record, me);
}

function Attention({ lookup, records }: { lookup: Lookup; records: readonly RecordView[] }) {
  const waiting = records.filter(needsMe);
  if (!waiting.length) return null;
  return (
    <section class="stack" data-gap="small">
      <h2>{t("home.attention")}</h2>
      <List label={t("home.attention")}>
        {waiting.map((record) => (
          <ListItem
            key={record.id}
            href={`#/record/${record.id}`}
            title={formTitle(lookup, record.form)}
            detail={
              <>
                {record.id} · {recordDetail(lookup, record)}
                {record.state === "returned" && record.review?.reason && <q class="reason">{record.review.reason}</q>}
              </>
            }
            chip={<StateChips states={chipsOf(record)} />}
          />
        ))}
      </List>
    </section>
  );
}

/** What waits for a supervisor's decision, as the inbox counts it: submitted, not theirs, where they may review. */
function ToReview({ lookup, records }: { lookup: Lookup; records: readonly RecordView[] }) {
  const { profile, store } = here();
  const reviewed = placesOf(profile, "review", [...lookup.places.values()], store.today());
  const waiting = records.filter(({ state, rev, gone, deciding, by, place }) => {
    const open = state === "submitted" && rev > 0 && !gone && deciding === null && by !== null && by !== profile.person.id;
    return open && reviewed.has(place);
  });
  if (!waiting.length) return null;
  return (
    <List label={t("nav.inbox")}>
      <ListItem href="#/inbox" icon="inbox" title={t("home.to-review", { count: waiting.length })} />
    </List>
  );
}

/** The communes that the person writes records for: those that are there today, else those that they keep up. */
function writablePlaces(lookup: Lookup): PlaceDocument[] {
  const { profile, store } = here();
  const places = [...lookup.places.values()];
  const today = store.today();
  const covered = placesOf(profile, "write", places, today);
  const mine = places.filter((place) => covered.has(place.id));
  const communes = mine.filter((place) => COMMUNES.includes(place.kind));
  const standing = communes.filter((place) => !hasEnded(place, today));
  return [standing, communes, mine].find((found) => found.length > 0) ?? [];
}

/** The forms that the person may begin records with, each with the places where. */
function formsHere(lookup: Lookup): Offered[] {
  const { profile, store } = here();
  return offered(lookup.forms.values(), writablePlaces(lookup), { profile, places: [...lookup.places.values()], today: store.today() });
}

/** What the forms show is fetched while there is a network. */
function keepFiles(forms: readonly FormDocument[]): void {
  const { device } = here().profile;
  // Without a network, or without room, it is tried again at the next start.
  if (forms.some(({ compiled }) => compiled.files?.length)) void import("../../data/form-files").then(({ keepFormFiles }) => keepFormFiles(forms, device)).catch(() => undefined);
}

const PICTURES: Record<string, IconName> = { TNGT: "alert", TT: "megaphone", CK: "pledge" };

function pictureOf(key: string): IconName {
  return PICTURES[key.split("-")[0] ?? ""] ?? "form";
}

function Forms({ lookup }: { lookup: Lookup }) {
  const { store } = here();
  const [choosing, setChoosing] = useState<Offered | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const forms = formsHere(lookup);
  useEffect(() => keepFiles(forms.map(({ form }) => form)), [forms.map(({ form }) => form.id).join()]);
  const begin = async (form: FormDocument, place: number) => {
    const from = address.peek();
    try {
      const draft = await beginDraft(store, form.id, place);
      go(`fill/${draft}`, { from });
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("home.full") : explain(error));
    }
  };
  const choose = (chosen: Offered) => {
    const only = chosen.places.length === 1 ? chosen.places[0] : undefined;
    if (only) void begin(chosen.form, only.id);
    else setChoosing(chosen);
  };
  return (
    <section class="stack" data-gap="small">
      <h2>{t("home.forms")}</h2>
      {trouble && <Banner tone="problem" live title={trouble} />}
      {!lookup.forms.size && <Arriving />}
      {lookup.forms.size > 0 && !forms.length && <EmptyState icon="form" title={t("home.no-forms")} />}
      <ul class="tiles">
        {forms.map((each, place) => (
          <li key={each.form.id}>
            <button class="tile" type="button" data-form={each.form.key} data-first={place === 0 ? "yes" : undefined} onClick={() => choose(each)}>
              <Icon name={pictureOf(each.form.key)} />
              <span>{localized(each.form.compiled.title)}</span>
              <Icon name="plus" />
            </button>
          </li>
        ))}
      </ul>
      {forms.length > 0 && !kept.value && (
        <p class="soft small" role="status">
          {t("home.keeping")}
        </p>
      )}
      <Dialog open={choosing !== null} title={t("home.which-place")} onClose={() => setChoosing(null)} actions={<Button onClick={() => setChoosing(null)}>{t("app.cancel")}</Button>}>
        <ul class="stack" data-gap="small">
          {choosing?.places.map((place) => (
            <li key={place.id}>
              <Button wide onClick={() => begin(choosing.form, place.id)}>
                {localized(place.name)}
              </Button>
            </li>
          ))}
        </ul>
      </Dialog>
    </section>
  );
}

/** The forms by their names, until the first answer has brought the forms themselves. */
function Arriving() {
  const { forms = [] } = here().profile;
  if (!forms.length) return <EmptyState icon="form" title={t("home.no-forms")} />;
  const { state } = syncStatus.value;
  return (
    <>
      <p class="soft small" role="status">
        {t(state === "sending" ? "home.arriving" : "home.no-forms")}
      </p>
      <ul class="tiles">
        {forms.map(({ key, title }) => (
          <li key={key} class="to-come">
            <Icon name={pictureOf(key)} />
            <span>{localized(title)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** So many that the forms below them are still seen. */
const NEWEST = 2;

function Drafts({ lookup, drafts }: { lookup: Lookup; drafts: readonly Draft[] }) {
  const [all, setAll] = useState(false);
  if (!drafts.length) return null;
  const sorted = [...drafts].sort((one, other) => (one.updated < other.updated ? 1 : -1));
  return (
    <section class="stack" data-gap="small">
      <h2>{t("home.drafts")}</h2>
      <List label={t("home.drafts")}>
        {sorted.slice(0, all ? undefined : NEWEST).map((draft) => (
          <ListItem
            key={draft.id}
            href={`#/fill/${draft.id}`}
            title={formTitle(lookup, draft.form)}
            detail={
              <>
                {draft.record ? t("home.draft-of", { record: draft.record }) : recordDetail(lookup, draft)}
                <br />
                {t("home.draft-kept", { time: formatMoment(draft.updated) })}
              </>
            }
            chip={<StateChip state="draft" />}
          />
        ))}
      </List>
      {!all && sorted.length > NEWEST && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {t("home.drafts-all", { count: sorted.length })}
        </Button>
      )}
    </section>
  );
}

function Waiting() {
  const { waiting, last } = syncStatus.value;
  return (
    <Card title={t("home.outbox")}>
      <p class="big-number" data-empty={waiting === 0 ? "yes" : "no"}>
        <strong>{waiting}</strong> <span>{t("home.waiting", { count: waiting })}</span>
      </p>
      <p class="soft small">
        {syncWords()}
        {last && ` · ${t("outbox.last", { time: formatMoment(last) })}`}
      </p>
      <PhotosWaiting />
      <LinkButton icon="send" href="#/outbox">
        {t("sync.open")}
      </LinkButton>
    </Card>
  );
}

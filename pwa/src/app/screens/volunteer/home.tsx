/** Where a volunteer starts. The forms come first to the phone; what stands around them is fetched behind them (`home/around`). */
import { useEffect, useState } from "preact/hooks";
import type { FormDocument, PlaceDocument } from "../../../shared/protocol";
import { StorageFull, type Draft, type RecordView } from "../../../store";
import { beginDraft } from "../../data/drafts";
import { COMMUNES, hasEnded, placesOf } from "../../data/places";
import { offered, type Offered } from "../../data/offered";
import { formTitle, isMine, useLookup, type Lookup } from "../../data/lookup";
import { localized } from "../../i18n";
import { t } from "../../i18n/t";
import { fetchBehind, warmLater } from "../../later";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { address, go } from "../../router";
import { here, syncStatus } from "../../session";
import { kept } from "../../shell/worker";
import { Banner, Button, Dialog, EmptyState, Icon, LinkButton, Loading, Page, type IconName } from "../../ui";
import { useFetched, type Part } from "./home/fetched";

export function Home() {
  const { profile } = here();
  const lookup = useLookup();
  const found = useLive(
    async (store) => ({ records: await store.records(), drafts: await store.drafts() }),
    [],
    ["drafts", "records", "outbox"],
  );
  // Whoever has work here sees it above the forms from the first moment; on a first day the forms come before it.
  const some = Boolean(found && found.drafts.length + found.records.length > 0);
  const [around, tried] = useFetched(AROUND, some || Boolean(found && lookup?.forms.size));
  const stands = Boolean(lookup && found && (around || tried || !some));
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
      {stands && lookup && found ? (
        <div class="two">
          <div class="stack">
            {around ? <around.Above {...found} lookup={lookup} places={writablePlaces(lookup)} /> : <Kept {...found} lookup={lookup} />}
            <Forms lookup={lookup} />
          </div>
          {around && (
            <div class="stack">
              <around.Beside places={writablePlaces(lookup)} />
            </div>
          )}
        </div>
      ) : (
        <Loading />
      )}
    </Page>
  );
}

/** What stands around the forms. */
const AROUND: Part<typeof import("./home/around")> = {
  have: null,
  fetch: async () => (await Promise.all([import("./home/around"), fetchBehind()]))[0],
};

interface KeptProps {
  readonly lookup: Lookup;
  readonly records: readonly RecordView[];
  readonly drafts: readonly Draft[];
}

/** What was returned, and drafts, until what shows them well has come: nobody may think that they are lost. */
function Kept({ lookup, records, drafts }: KeptProps) {
  const returned = records.filter((record) => record.state === "returned" && record.local === "on_server" && !record.gone && isMine(record));
  const link = (state: "returned" | "draft", to: string, form: number) => (
    <LinkButton key={to} icon={state} wide href={to}>
      {t(`state.${state}`)}: {formTitle(lookup, form)}
    </LinkButton>
  );
  return (
    <>
      {returned.map(({ id, form }) => link("returned", `#/record/${id}`, form))}
      {drafts.map(({ id, form }) => link("draft", `#/fill/${id}`, form))}
    </>
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

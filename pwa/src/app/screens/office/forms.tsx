/** The campaign's forms: uploaded, tried out, published, retired. */
import { useEffect, useRef, useState } from "preact/hooks";
import { NetworkError } from "../../../shared/problem";
import type { CampaignDocument, PlaceDocument } from "../../../shared/protocol";
import { saveFile } from "../../data/file";
import { placesOf } from "../../data/places";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { useLive } from "../../live";
import { here, may } from "../../session";
import { Banner, Button, Dialog, EmptyState, LinkButton, Page } from "../../ui";
import { offeredTo, discard, formAmong, listed, remarksOf, retire, sourceOf, takeBack, upload, WRITING, type FormRow, type Remark, type Version } from "./forms-data";
import { Publish } from "./forms-publish";
import { Remarks } from "./forms-remarks";
import { explain, t } from "./forms-t";
import "./office.css";
import "./forms.css";

interface Told {
  readonly good: boolean;
  readonly words: string;
}

export default function Forms() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  const every = useLive((store) => store.documents("place"), [], ["documents"]) ?? [];
  const mine = placesOf(here().profile, "office", every, here().store.today());
  const places = every.filter((place) => mine.has(place.id));
  return (
    <Page title={t("forms.title")} width="wide" back={may("office") ? "office" : undefined} lead={<p class="soft">{t("forms.lead")}</p>}>
      {!campaigns && <p class="soft">{t("app.loading")}</p>}
      {campaigns?.length === 0 && <EmptyState icon="flag" title={t("office.none")} />}
      {campaigns?.map((campaign) => (
        <CampaignForms key={campaign.id} campaign={campaign} places={places} />
      ))}
    </Page>
  );
}

/** The list stays on the screen while a newer one is fetched. */
function useForms(campaign: number) {
  const [forms, setForms] = useState<readonly FormRow[] | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const look = async (): Promise<void> => {
    try {
      setForms(await listed(campaign, here().profile.device));
    } catch (error) {
      setTold({ good: false, words: error instanceof NetworkError ? t("forms.online") : explain(error) });
    }
  };
  useEffect(() => void look(), [campaign]);
  return { forms, look, told, setTold };
}

function CampaignForms({ campaign, places }: { campaign: CampaignDocument; places: readonly PlaceDocument[] }) {
  const { forms, look, told, setTold } = useForms(campaign.id);
  const [publishing, setPublishing] = useState<Version | null>(null);
  const [ending, setEnding] = useState<Version | null>(null);
  const act = async (work: () => Promise<unknown>, words: string): Promise<void> => {
    try {
      await work();
      setTold({ good: true, words });
      await look();
    } catch (error) {
      setTold({ good: false, words: explain(error) });
    }
  };
  const acts: Acts = { publish: setPublishing, end: setEnding, act };
  return (
    <section class="stack" aria-label={localized(campaign.name)}>
      <h2>{localized(campaign.name)}</h2>
      <Upload campaign={campaign.id} uploaded={look} />
      {told && <Banner tone={told.good ? "good" : "problem"} live title={told.words} />}
      {!forms && !told && <p class="soft">{t("app.loading")}</p>}
      {forms?.length === 0 && <EmptyState icon="form" title={t("forms.none")} />}
      <ul class="people">
        {forms?.map((form) => (
          <li key={form.key} class="card" data-form={form.key}>
            <h3>{localized(form.title)}</h3>
            <p class="small soft">{form.key}</p>
            <ul class="form-versions">
              {form.versions.map((version) => (
                <VersionLine key={version.id} version={version} places={places} acts={acts} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <Publish
        version={publishing}
        audience={(version) => offeredTo(version, forms ?? [])}
        places={places}
        close={() => setPublishing(null)}
        done={(version) => {
          setPublishing(null);
          setTold({ good: true, words: t("forms.published.done", { name: localized(version.title), version: version.version }) });
          void look();
        }}
      />
      <End version={ending} close={() => setEnding(null)} act={act} />
    </section>
  );
}

interface UploadState {
  readonly busy: boolean;
  readonly files: readonly File[];
  readonly errors: readonly Remark[] | null;
  readonly trouble: string | null;
  readonly draft: Version | null;
}

const NOTHING: UploadState = { busy: false, files: [], errors: null, trouble: null, draft: null };

/** Choosing files and what became of them; the date that records are counted by can be chosen anew. */
function Upload({ campaign, uploaded }: { campaign: number; uploaded: () => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<UploadState>(NOTHING);
  const send = async (files: readonly File[], occurrence: string | null): Promise<void> => {
    if (!files.length) return;
    if (!formAmong(files)) {
      setState({ ...NOTHING, trouble: t("forms.upload.which") });
      return;
    }
    setState({ ...NOTHING, busy: true, files });
    try {
      setState({ ...NOTHING, files, draft: await upload(campaign, files, occurrence, here().profile.device) });
      await uploaded();
    } catch (error) {
      const errors = remarksOf(error);
      setState({ ...NOTHING, files, errors, trouble: errors ? null : explain(error) });
    }
    if (input.current) input.current.value = "";
  };
  return (
    <div class="card stack">
      <h3>{t("forms.upload.title")}</h3>
      <p class="small">{t("forms.upload.text")}</p>
      <input
        ref={input}
        class="sr"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={t("forms.upload")}
        accept=".xlsx,.xlsm,.xls,.md,.xml,.csv,.geojson,.json,image/*,audio/*,video/*"
        onChange={(event) => send([...(event.currentTarget.files ?? [])], null)}
      />
      <div class="row">
        <Button kind="primary" icon="up" busy={state.busy} onClick={() => input.current?.click()}>
          {t(state.busy ? "forms.upload.busy" : "forms.upload")}
        </Button>
      </div>
      {state.trouble && <Banner tone="problem" live title={state.trouble} />}
      {state.errors && (
        <>
          <Banner tone="problem" live title={t("forms.refused", { count: state.errors.length, name: state.files[0]?.name ?? "" })}>
            <p>{t("forms.refused.text")}</p>
          </Banner>
          <Remarks remarks={state.errors} label={t("forms.errors")} />
        </>
      )}
      {state.draft && <Drafted draft={state.draft} choose={(date) => send(state.files, date)} />}
    </div>
  );
}

function Drafted({ draft, choose }: { draft: Version; choose: (date: string) => Promise<void> }) {
  return (
    <>
      <Banner tone="good" live title={t("forms.uploaded", { name: localized(draft.title), version: draft.version, count: draft.questions })}>
        <p>{t(draft.state === "draft" ? "forms.uploaded.text" : "forms.uploaded.known")}</p>
      </Banner>
      {draft.dates.length > 0 && (
        <label class="field">
          <span class="field-label">{t("forms.counted")}</span>
          <select class="input" value={draft.occurrence ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
            {draft.occurrence === null && <option value="">{t("forms.counted.day")}</option>}
            {draft.dates.map((path) => (
              <option key={path} value={path}>
                {path}
              </option>
            ))}
          </select>
        </label>
      )}
      {draft.warnings.length > 0 && (
        <details open>
          <summary>{t("forms.warnings", { count: draft.warnings.length })}</summary>
          <Remarks remarks={draft.warnings} label={t("forms.warnings", { count: draft.warnings.length })} />
        </details>
      )}
    </>
  );
}

interface Acts {
  readonly publish: (version: Version) => void;
  readonly end: (version: Version) => void;
  readonly act: (work: () => Promise<unknown>, words: string) => Promise<void>;
}

function audienceOf(version: Version, places: readonly PlaceDocument[]): string {
  const known = new Map(places.map((place) => [place.id, localized(place.name)]));
  const roles = version.roles.map((role) => t(`role.${role as (typeof WRITING)[number]}`));
  const where = version.places.map((id) => known.get(id) ?? String(id));
  return [roles.length ? roles.join(", ") : t("forms.everybody"), where.length ? where.join(", ") : t("forms.everywhere")].join(" · ");
}

function VersionLine({ version, places, acts }: { version: Version; places: readonly PlaceDocument[]; acts: Acts }) {
  const { device } = here().profile;
  const name = `${localized(version.title)} ${version.version}`;
  const save = (): Promise<void> => acts.act(async () => saveFile(await sourceOf(version, device)), t("forms.source.done", { name: version.filename }));
  return (
    <li class="form-version" data-state={version.state}>
      <p>
        <strong>{t("forms.version", { version: version.version })}</strong> · {t(`forms.state.${version.state}`)}
      </p>
      <p class="small soft">
        {version.by ? t("forms.by", { name: version.by, at: formatMoment(version.created) }) : t("forms.pack")}
        {version.state !== "draft" && (
          <>
            <br />
            {audienceOf(version, places)}
          </>
        )}
      </p>
      {version.missing.length > 0 && <Banner tone="attention" title={t("forms.missing", { names: version.missing.join(", ") })} />}
      <div class="row">
        {version.state !== "retired" && version.missing.length === 0 && (
          <Button kind={version.state === "draft" ? "primary" : "quiet"} icon="megaphone" label={`${t(version.state === "draft" ? "forms.publish" : "forms.audience")}: ${name}`} onClick={() => acts.publish(version)}>
            {t(version.state === "draft" ? "forms.publish" : "forms.audience")}
          </Button>
        )}
        <LinkButton href={`#/forms/${version.id}/preview`}>{t("forms.preview")}</LinkButton>
        <Button kind="quiet" icon="download" label={`${t("forms.source")}: ${name}`} onClick={save}>
          {t("forms.source")}
        </Button>
        {version.state === "retired" ? (
          <Button kind="quiet" label={`${t("forms.back")}: ${name}`} onClick={() => acts.act(() => takeBack(version.id, device), t("forms.back.done"))}>
            {t("forms.back")}
          </Button>
        ) : (
          <Button kind="quiet" label={`${t(version.state === "draft" ? "forms.discard" : "forms.retire")}: ${name}`} onClick={() => acts.end(version)}>
            {t(version.state === "draft" ? "forms.discard" : "forms.retire")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Asks once more before a form ends, or a draft is thrown away. */
function End({ version, close, act }: { version: Version | null; close: () => void; act: Acts["act"] }) {
  const draft = version?.state === "draft";
  const end = async (): Promise<void> => {
    if (!version) return;
    const { device } = here().profile;
    await act(() => (draft ? discard(version.id, device) : retire(version.id, device)), t(draft ? "forms.discard.done" : "forms.retire.done"));
    close();
  };
  return (
    <Dialog
      open={version !== null}
      title={t(draft ? "forms.discard.title" : "forms.retire.title", { version: version?.version ?? "" })}
      onClose={close}
      actions={
        <>
          <Button kind="danger" onClick={end}>
            {t(draft ? "forms.discard" : "forms.retire")}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      <p>{t(draft ? "forms.discard.text" : "forms.retire.text")}</p>
    </Dialog>
  );
}

/** A form that another phone had no room for: looked at, and opened as a draft where this person may go on with it. */
import { useState } from "preact/hooks";
import { StorageFull, type Store } from "../../../store";
import { rowsOf } from "../../data/answers";
import { takeDraft, type DraftFile } from "../../data/draft-file";
import { formTitle, placeName, useLookup, type Lookup } from "../../data/lookup";
import { takePhotos } from "../../data/photo-file";
import { placesOf } from "../../data/places";
import { formatMoment } from "../../i18n/format";
import { t, type WordKey } from "../../i18n/t";
import { useLive } from "../../live";
import { AnswerValue } from "../../media";
import { explain } from "../../problems";
import { address, go } from "../../router";
import { here } from "../../session";
import { Banner, Button, Card, Facts, LinkButton } from "../../ui";
import { Answer } from "./record/answer";

/** What stands in the way of going on with it here; null: nothing. The server has the last word on rights. */
async function hindrance(store: Store, { draft, person }: DraftFile, lookup: Lookup): Promise<WordKey | null> {
  const { profile } = here();
  const own = person?.id === profile.person.id;
  const mine = placesOf(profile, "write", [...lookup.places.values()], store.today());
  if (!lookup.forms.has(draft.form) || !(own || mine.has(draft.place))) return "handin.draft.cannot";
  if (!draft.record) return null;
  const record = await store.record(draft.record);
  return record && !record.gone ? null : "handin.draft.no-record";
}

export function DraftChosen({ file }: { file: DraftFile }) {
  const { profile } = here();
  const lookup = useLookup();
  const found = useLive(async (store) => lookup && { why: await hindrance(store, file, lookup) }, [lookup], ["records", "documents"]);
  if (!lookup || !found) return null;
  const { draft, person } = file;
  return (
    <>
      <Card title={t("handin.draft")}>
        <Facts
          rows={[
            [t("held.form"), lookup.forms.has(draft.form) ? formTitle(lookup, draft.form) : file.name],
            ...(draft.record ? [[t("record.number"), draft.record] as const] : []),
            [t("record.place"), placeName(lookup, draft.place) || "–"],
            ...(person ? [[t("record.by"), person.name] as const, [t("me.device"), String(file.device)] as const] : []),
            [t("handin.saved"), formatMoment(file.saved)],
          ]}
        />
        {file.left > 0 && <p class="soft small">{t("handin.left", { count: file.left })}</p>}
        {found.why ? <Banner tone="attention" title={t(found.why)} /> : <p>{t(person?.id === profile.person.id ? "handin.draft.mine" : "handin.draft.others")}</p>}
      </Card>
      {!found.why && <Open file={file} />}
      <Typed file={file} lookup={lookup} />
    </>
  );
}

function Open({ file }: { file: DraftFile }) {
  const { store } = here();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [damaged, setDamaged] = useState<{ count: number; to: string } | null>(null);
  const open = async () => {
    setBusy(true);
    setTrouble(null);
    const from = address.peek();
    try {
      const { wrong } = await takePhotos(store, file, "kept");
      const to = `fill/${encodeURIComponent(await takeDraft(store, file))}`;
      if (wrong > 0) setDamaged({ count: wrong, to });
      else go(to, { from });
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("home.full") : explain(error));
    }
    setBusy(false);
  };
  if (damaged) {
    return (
      <Banner tone="attention" live title={t("handin.photos.wrong", { count: damaged.count })}>
        <LinkButton icon="draft" href={`#/${damaged.to}`}>
          {t("handin.draft.open")}
        </LinkButton>
      </Banner>
    );
  }
  return (
    <>
      {trouble && <Banner tone="problem" live title={trouble} />}
      <Button kind="primary" icon="draft" wide busy={busy} onClick={open}>
        {t("handin.draft.open")}
      </Button>
    </>
  );
}

/** All that it holds, for whoever can't open it too: by question where the form is known. */
function Typed({ file, lookup }: { file: DraftFile; lookup: Lookup }) {
  const { values, form } = file.draft;
  const compiled = lookup.forms.get(form)?.compiled;
  const rows = compiled ? rowsOf(compiled, values, here().store.now()).filter((row) => row.node === null || row.value !== undefined) : [];
  const known = new Set(rows.map(({ path }) => path));
  const others = Object.entries(values).filter(([path]) => !known.has(path) && !compiled?.hidden?.some((node) => node.path === path));
  return (
    <Card title={t("record.answers")}>
      <dl class="facts">
        {rows.map((row) => (
          <Answer key={row.path} row={row} />
        ))}
        {others.map(([path, value]) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>
              <AnswerValue node={undefined} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

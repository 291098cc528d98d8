/** Filling a form: answers are kept as they are given; 'saved' is said only when it is. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { FormDocument } from "../../../shared/protocol";
import { StorageFull, type Draft } from "../../../store";
import { settled } from "../../data/working";
import type { DraftKeeper } from "../../data/draft-keeper";
import { openNotes } from "../../data/notes";
import { formFile } from "../../data/form-files";
import { formTitle, placeName, useLookup, type Lookup } from "../../data/lookup";
import { localized } from "../../i18n";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { address, go, query } from "../../router";
import { here } from "../../session";
import { Banner, EmptyState, Icon, LinkButton, Loading, Page } from "../../ui";
import type { AlikeProps } from "./fill/alike";
import type { Filling } from "./fill/filling";
import { Finish, NoRoom, ThrowAway, type Finishing } from "./fill/finish";
import { FormView, useSheets, type Sheets } from "./fill/form-view";
import { surroundings } from "./fill/open";
import { useOpened, type Ready } from "./fill/opened";
import { firstMarked } from "./fill/reopened";
import { t as words } from "./fill/t";

/** Milliseconds after which a page that draws nothing (another tab is in front) goes on. */
const UNSEEN = 250;

export function Fill({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["draft"] ?? "";
  const lookup = useLookup();
  const found = useLive(async (store) => ({ draft: await store.draft(id) }), [id], []);
  const form = found?.draft ? lookup?.forms.get(found.draft.form) : undefined;
  if (!lookup || !found) return <Page title={t("app.loading")}><Loading titled /></Page>;
  if (!found.draft) {
    return (
      <Page title={t("fill.gone.title")} back="">
        <EmptyState icon="draft" title={t("fill.gone.text")}>
          <LinkButton href="#/records">{t("nav.records")}</LinkButton>
        </EmptyState>
      </Page>
    );
  }
  if (!form) {
    return (
      <Page title={formTitle(lookup, found.draft.form)} back="">
        <EmptyState icon="form" title={t("fill.no-form")} />
      </Page>
    );
  }
  return <Opening draft={found.draft} form={form} lookup={lookup} />;
}

interface OpenProps {
  draft: Draft;
  form: FormDocument;
  lookup: Lookup;
}

function Opening({ draft, form, lookup }: OpenProps) {
  const { store } = here();
  const [ready, setReady] = useState<Ready | null>(null);
  useEffect(() => {
    let current = true;
    const record = draft.record ? store.record(draft.record) : null;
    void Promise.all([surroundings(store, form.compiled), record]).then(
      ([around, found]) => current && setReady({ around, notes: found ? openNotes(found) : {} }),
    );
    return () => {
      current = false;
    };
  }, [store, form]);
  if (!ready) return <Page title={t("app.loading")}><Loading titled /></Page>;
  return <FillIn draft={draft} form={form} lookup={lookup} {...ready} />;
}

/** Resolves once what was set before is drawn; soon where nobody looks at it. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, UNSEEN);
  });
}

/** The page that the address names; each page is a step of the browser's own 'back'. */
function usePages(draft: Draft, filling: Filling) {
  const before = useRef<string[]>([]);
  const key = query.value.get("at");
  const sheets = useSheets(filling, key, (page, back) => {
    if (back && before.current.at(-1) === page) {
      history.back();
      return;
    }
    go(`fill/${encodeURIComponent(draft.id)}?at=${encodeURIComponent(page)}`, { replace: back });
  });
  const now = sheets.pages[sheets.at]?.key ?? "";
  useLayoutEffect(() => {
    const seen = before.current;
    const place = seen.lastIndexOf(now);
    before.current = place >= 0 ? seen.slice(0, place) : seen;
    scrollTo(0, 0);
    return () => {
      before.current = [...before.current, now];
    };
  }, [now]);
  useEffect(() => {
    // The draft opens where it was left; a page that the address names is where the person is already.
    // One that came back opens at the first question that is to be put right.
    const left = typeof draft.position === "string" && draft.position ? draft.position : firstMarked(filling.view.peek());
    if (left && key === null) sheets.show(left);
  }, []);
  return sheets;
}

/** Compared with what is on the phone by code that comes when a new record is typed. */
function LateAlike(props: AlikeProps) {
  const [Part, setPart] = useState<ComponentType<AlikeProps> | null>(null);
  useEffect(() => {
    import("./fill/alike").then(
      ({ Alike }) => setPart(() => Alike),
      () => undefined, // Without it the record is sent all the same; the supervisor is told of both.
    );
  }, []);
  return Part && <Part {...props} />;
}

function FillIn({ draft, form, lookup, around, notes }: OpenProps & Ready) {
  const { keeper, filling } = useOpened(draft, form, { around, notes });
  const sending = useRef(false);
  if (keeper.gone.value && !sending.current) return <Elsewhere />;
  const title = draft.record ? t("fill.edit.title", { record: draft.record }) : formTitle(lookup, draft.form);
  return (
    <Page
      title={title}
      back={draft.record ? `record/${draft.record}` : ""}
      lead={
        <p class="soft">
          <Icon name="pin" /> {placeName(lookup, draft.place)}
        </p>
      }
    >
      {Object.keys(notes).length > 0 && <Banner tone="attention" icon="returned" title={words("notes.title")} />}
      {!draft.record && <LateAlike draft={draft} form={form} lookup={lookup} filling={filling} />}
      <Answers draft={draft} form={form} keeper={keeper} filling={filling} sending={sending} />
    </Page>
  );
}

interface AnswersProps {
  draft: Draft;
  form: FormDocument;
  keeper: DraftKeeper;
  filling: Filling;
  sending: { current: boolean };
}

/** What an answer draws anew: the page around it stays. */
function Answers(props: AnswersProps) {
  const { draft, form, keeper, filling } = props;
  const sheets = usePages(draft, filling);
  const file = useMemo(() => (name: string) => formFile(form.id, name, here().profile.device), [form.id]);
  return (
    <>
      <Focus onPath={(path) => keeper.at(path)}>
        <FormView filling={filling} sheets={sheets} file={file} />
      </Focus>
      <ThrowAway draft={draft} keeper={keeper} />
      <Ending {...props} sheets={sheets} />
    </>
  );
}

/** By itself, so that a finger on 'finish' doesn't draw the whole form anew. */
function Ending({ draft, form, keeper, filling, sending, sheets }: AnswersProps & { sheets: Sheets }) {
  const { store } = here();
  const [finishing, setFinishing] = useState<Finishing>({ pressed: 0, working: false, trouble: null });
  const finish = async () => {
    const pressed = finishing.pressed + 1;
    setFinishing({ pressed, working: true, trouble: null });
    await settled();
    await drawn(); // The finger is answered before all questions are gone through.
    filling.askAll();
    const first = filling.wrong.peek()[0];
    if (first) {
      setFinishing({ pressed, working: false, trouble: null });
      sheets.show(first);
      return;
    }
    if (sending.current) return;
    sending.current = true;
    const from = address.peek();
    try {
      await keeper.flush();
      if (keeper.isUnsaved()) throw new StorageFull();
      const record = await store.submitDraft(draft.id, store.localNow(), filling.submission());
      go(`saved/${record}`, { replace: true, from });
    } catch (error) {
      sending.current = false;
      if (error instanceof StorageFull) keeper.state.value = "full";
      setFinishing({ pressed, working: false, trouble: error instanceof StorageFull ? null : explain(error) });
    }
  };
  return (
    <>
      <Finish
        keeper={keeper}
        filling={filling}
        sheets={sheets}
        finishing={finishing}
        label={draft.record ? t("fill.finish-edit") : t("fill.finish")}
        onFinish={finish}
      />
      <NoRoom keeper={keeper} draft={draft} name={localized(form.compiled.title)} asked={finishing} />
    </>
  );
}

/** Notices where the person is, so that the draft opens there again. */
function Focus({ onPath, children }: { onPath: (path: string) => void; children: JSX.Element }) {
  return (
    <div
      class="stack"
      onFocusCapture={(event) => {
        const question = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-path]") : null;
        if (question?.dataset["path"]) onPath(question.dataset["path"]);
      }}
    >
      {children}
    </div>
  );
}

function Elsewhere() {
  return (
    <Page title={t("fill.gone.title")} back="">
      <EmptyState icon="check" title={t("fill.gone.text")}>
        <LinkButton href="#/records">{t("nav.records")}</LinkButton>
      </EmptyState>
    </Page>
  );
}


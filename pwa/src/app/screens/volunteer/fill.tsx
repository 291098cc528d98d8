/** Filling a form: answers are kept as they are given; 'saved' is said only when it is. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { FormDocument } from "../../../shared/protocol";
import { StorageFull, type Draft } from "../../../store";
import { holdNumber } from "../../filling";
import { DraftKeeper } from "../../data/drafts";
import { saveAsFile } from "../../data/file";
import { formTitle, placeName, useLookup, type Lookup } from "../../data/lookup";
import { localized } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { address, go } from "../../router";
import { here } from "../../session";
import { Banner, Button, Dialog, EmptyState, Icon, LinkButton, Page } from "../../ui";
import { formState } from "./fill/form-state";
import { Nodes } from "./fill/nodes";
import { questionId } from "./fill/questions";

export function Fill({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["draft"] ?? "";
  const lookup = useLookup();
  const found = useLive(async (store) => ({ draft: await store.draft(id) }), [id], []);
  const form = found?.draft ? lookup?.forms.get(found.draft.form) : undefined;
  if (!lookup || !found) return <Page title={t("app.loading")}>{null}</Page>;
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
  return <Filling draft={found.draft} form={form} lookup={lookup} />;
}

/** Brings a question into view and puts the cursor there. */
function goTo(path: string): void {
  const control = document.getElementById(questionId(path));
  control?.closest(".question")?.scrollIntoView({ block: "start" });
  control?.focus({ preventScroll: true });
}

function useKeeper(draft: Draft): DraftKeeper {
  const { store } = here();
  const keeper = useMemo(() => new DraftKeeper(store, draft), [store, draft.id]);
  useEffect(() => {
    const letGo = holdNumber();
    const flush = () => void keeper.flush();
    const guard = (event: BeforeUnloadEvent) => {
      if (!keeper.isUnsaved()) return;
      flush();
      event.preventDefault();
    };
    document.addEventListener("visibilitychange", flush);
    addEventListener("pagehide", flush);
    addEventListener("beforeunload", guard);
    if (typeof draft.position === "string") goTo(draft.position);
    return () => {
      document.removeEventListener("visibilitychange", flush);
      removeEventListener("pagehide", flush);
      removeEventListener("beforeunload", guard);
      keeper.stop();
      void keeper.flush().finally(letGo);
    };
  }, [keeper]);
  return keeper;
}

interface Finishing {
  /** After the first press on 'finish' everything that is missing is said, not only what was left wrong. */
  readonly pressed: boolean;
  readonly working: boolean;
  readonly trouble: string | null;
}

function Filling({ draft, form, lookup }: { draft: Draft; form: FormDocument; lookup: Lookup }) {
  const { store } = here();
  const keeper = useKeeper(draft);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [finishing, setFinishing] = useState<Finishing>({ pressed: false, working: false, trouble: null });
  const sending = useRef(false);
  const values = keeper.values.value;
  // Of a record that the server does not have yet, all is still to be checked.
  const base = draft.record && draft.base && draft.base.rev > 0 ? draft.base.values : null;
  const state = formState(form.compiled, values, store.now(), base);
  const visible = new Map([...state.wrong].filter(([path]) => finishing.pressed || (left.has(path) && path in values)));
  const leave = (path: string) => setLeft((before) => (before.has(path) ? before : new Set([...before, path])));

  const finish = async () => {
    const first = [...state.wrong.keys()][0];
    if (first) {
      setFinishing({ pressed: true, working: false, trouble: null });
      requestAnimationFrame(() => goTo(first));
      return;
    }
    if (sending.current) return;
    sending.current = true;
    setFinishing({ pressed: true, working: true, trouble: null });
    const from = address.peek();
    try {
      await keeper.flush();
      if (keeper.isUnsaved()) throw new StorageFull();
      const record = await store.submitDraft(draft.id, store.localNow(), state.submission);
      go(`saved/${record}`, { replace: true, from });
    } catch (error) {
      sending.current = false;
      if (error instanceof StorageFull) keeper.state.value = "full";
      setFinishing({ pressed: true, working: false, trouble: error instanceof StorageFull ? null : explain(error) });
    }
  };

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
      <Focus onPath={(path) => keeper.at(path)}>
        <Nodes
          nodes={form.compiled.nodes}
          values={values}
          shown={state.shown}
          required={state.required}
          errors={visible}
          change={(node, value, soon) => {
            keeper.answer(node.path, value, soon);
            if (!soon) leave(node.path);
          }}
          leave={leave}
        />
      </Focus>
      <ThrowAway draft={draft} keeper={keeper} />
      <Finish
        keeper={keeper}
        answered={state.answered}
        asked={state.asked}
        wrong={finishing.pressed ? [...state.wrong.keys()] : []}
        working={finishing.working}
        trouble={finishing.trouble}
        label={draft.record ? t("fill.finish-edit") : t("fill.finish")}
        onFinish={finish}
      />
      <NoRoom keeper={keeper} draft={draft} name={localized(form.compiled.title)} asked={finishing} />
    </Page>
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

function Kept({ keeper }: { keeper: DraftKeeper }) {
  const state = keeper.state.value;
  const at = keeper.keptAt.value;
  const words = {
    kept: at ? t("fill.kept", { time: formatTime(at) }) : "",
    writing: t("fill.writing"),
    full: t("fill.not-kept"),
    failed: t("fill.not-kept"),
  }[state];
  return (
    <p class="kept" data-state={state} role="status">
      <Icon name={state === "kept" ? "check" : state === "writing" ? "sync" : "alert"} />
      {words}
    </p>
  );
}

interface FinishProps {
  keeper: DraftKeeper;
  answered: number;
  asked: number;
  wrong: readonly string[];
  working: boolean;
  trouble: string | null;
  label: string;
  onFinish: () => Promise<void>;
}

function Finish({ keeper, answered, asked, wrong, working, trouble, label, onFinish }: FinishProps) {
  const first = wrong[0];
  const progress = t("fill.progress", { answered, asked });
  return (
    <div class="finish">
      <div class="finish-in">
        <div class="finish-state">
          <span class="small">{progress}</span>
          <Kept keeper={keeper} />
        </div>
        <progress value={answered} max={asked || 1} aria-label={progress} />
        {trouble && <Banner tone="problem" live title={trouble} />}
        {first && (
          <Button kind="danger" icon="alert" wide onClick={() => goTo(first)}>
            {t("fill.missing", { count: wrong.length })}
          </Button>
        )}
        <Button kind="primary" icon="check" wide busy={working} onClick={onFinish}>
          {label}
        </Button>
      </div>
    </div>
  );
}

function ThrowAway({ draft, keeper }: { draft: Draft; keeper: DraftKeeper }) {
  const [asking, setAsking] = useState(false);
  const { store } = here();
  const sure = async () => {
    const from = address.peek();
    await keeper.flush();
    await store.discardDraft(draft.id);
    go(draft.record ? `record/${draft.record}` : "", { replace: true, from });
  };
  return (
    <div>
      <Button kind="quiet" icon="cross" onClick={() => setAsking(true)}>
        {t(draft.record ? "fill.discard-edit" : "fill.discard")}
      </Button>
      <Dialog
        open={asking}
        title={t("fill.discard.title")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="danger" onClick={sure}>
              {t("fill.discard.yes")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("fill.discard.no")}</Button>
          </>
        }
      >
        <p>{t("fill.discard.text")}</p>
      </Dialog>
    </div>
  );
}

/** The phone has no room: the answers stay on the screen, and here is what to do. */
function NoRoom({ keeper, draft, name, asked }: { keeper: DraftKeeper; draft: Draft; name: string; asked: Finishing }) {
  const [closed, setClosed] = useState(false);
  const full = keeper.state.value === "full" || keeper.state.value === "failed";
  // Whoever closed it and then presses 'finish' is told again.
  useEffect(() => setClosed(false), [full, asked]);
  return (
    <Dialog
      open={full && !closed}
      title={t("full.title")}
      onClose={() => setClosed(true)}
      actions={
        <>
          <Button kind="primary" icon="sync" onClick={() => keeper.flush()}>
            {t("full.retry")}
          </Button>
          <Button icon="download" onClick={() => saveAsFile(`ben-${draft.id}.json`, { ...draft, name, values: keeper.values.peek() })}>
            {t("full.file")}
          </Button>
        </>
      }
    >
      <p>{t("full.text")}</p>
      <ul class="bullets">
        <li>{t("full.step.photos")}</li>
        <li>{t("full.step.keep-open")}</li>
        <li>{t("full.step.file")}</li>
      </ul>
    </Dialog>
  );
}

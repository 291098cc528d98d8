/** What stands at the end of a form: how far one is, 'finish', throwing away, and what to do on a phone without room. */
import { useEffect, useState } from "preact/hooks";
import type { Draft } from "../../../../store";
import type { DraftKeeper } from "../../../data/draft-keeper";
import { draftFile } from "../../../data/draft-file";
import { shareAsFile } from "../../../data/file";
import { formatTime } from "../../../i18n/format";
import { explain } from "../../../problems";
import { address, go } from "../../../router";
import { here } from "../../../session";
import { Banner, Button, Dialog, Icon } from "../../../ui";
import type { Filling } from "./filling";
import { Steps, type Sheets } from "./form-view";
import { t } from "./t";

export interface Finishing {
  readonly working: boolean;
  readonly trouble: string | null;
  /** How often 'finish' was pressed. */
  readonly pressed: number;
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

export interface FinishProps {
  keeper: DraftKeeper;
  filling: Filling;
  sheets: Sheets;
  finishing: Finishing;
  label: string;
  onFinish: () => Promise<void>;
}

export function Finish({ keeper, filling, sheets, finishing, label, onFinish }: FinishProps) {
  const { answered, asked } = filling.progress.value;
  const wrong = filling.telling.value.all ? filling.wrong.value : [];
  const first = wrong[0];
  const paged = sheets.pages.length > 1;
  const progress = t("fill.progress", { answered, asked });
  const done = paged ? { value: sheets.at + 1, max: sheets.pages.length } : { value: answered, max: asked || 1 };
  return (
    <div class="finish" data-paged={paged ? "yes" : undefined}>
      <div class="finish-in">
        <div class="finish-state">
          <span class="small">{paged ? `${sheets.at + 1}/${sheets.pages.length} · ${progress}` : progress}</span>
          <Kept keeper={keeper} />
        </div>
        <progress {...done} aria-label={paged ? t("page.number", { number: sheets.at + 1, count: sheets.pages.length }) : progress} />
        {finishing.trouble && <Banner tone="problem" live title={finishing.trouble} />}
        {first && (
          <Button kind="danger" icon="alert" wide onClick={() => sheets.show(first)}>
            {t("fill.missing", { count: wrong.length })}
          </Button>
        )}
        <Steps sheets={sheets}>
          <Button kind="primary" icon="check" wide busy={finishing.working} onClick={onFinish}>
            {label}
          </Button>
        </Steps>
      </div>
    </div>
  );
}

export function ThrowAway({ draft, keeper }: { draft: Draft; keeper: DraftKeeper }) {
  const [asking, setAsking] = useState(false);
  const { store } = here();
  const sure = async () => {
    const from = address.peek();
    await keeper.flush();
    await store.discardDraft(draft.id);
    keeper.drop();
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

/** What is on the screen, as a file that can be opened on any phone under 'hand in'. */
function useSaving(keeper: DraftKeeper, draft: Draft, name: string): [string | null, () => Promise<void>] {
  const [trouble, setTrouble] = useState<string | null>(null);
  const save = async () => {
    setTrouble(null);
    try {
      const { store, profile } = here();
      const file = await draftFile(store, profile, { draft: { ...draft, values: keeper.values() }, name });
      await shareAsFile(`ben-${draft.id.replace(/[^\w-]/g, "-")}.json`, file);
    } catch (error) {
      setTrouble(explain(error));
    }
  };
  return [trouble, save];
}

/** The phone has no room: the answers stay on the screen, and here is what to do. */
export function NoRoom({ keeper, draft, name, asked }: { keeper: DraftKeeper; draft: Draft; name: string; asked: Finishing }) {
  const [closed, setClosed] = useState(false);
  const [trouble, save] = useSaving(keeper, draft, name);
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
          <Button icon="download" onClick={save}>
            {t("full.file")}
          </Button>
        </>
      }
    >
      {trouble && <Banner tone="problem" live title={trouble} />}
      <p>{t("full.text")}</p>
      <ul class="bullets">
        <li>{t("full.step.photos")}</li>
        <li>{t("full.step.keep-open")}</li>
        <li>{t("full.step.file")}</li>
      </ul>
    </Dialog>
  );
}

/** Putting down points for one item, with the reason. What is typed is kept until it is saved, also when the dialog is closed. */
import { useId, useLayoutEffect, useState } from "preact/hooks";
import { localized } from "../../i18n";
import { recall, remember } from "../../remembered";
import { Button, describedBy, Dialog, Field } from "../../ui";
import { formatPoints, HUNDRED, needsReason, readPoints, standing, writePoints, type Column, type Defined, type Given, type Item } from "./scores-data";
import { howOf, pointsOf } from "./scores-parts";
import { t } from "./scores-t";

const LONGEST = 2000;

interface Typed {
  readonly points: string;
  readonly skip: boolean;
  readonly reason: string;
}

/** What is being put down: for which item, in which column, and under which name it is kept meanwhile. */
export interface Entering {
  readonly item: Item;
  readonly defined: Defined;
  readonly column: Column;
  readonly key: string;
}

interface EnterProps {
  readonly entering: Entering | null;
  readonly busy: boolean;
  readonly trouble: string | null;
  readonly close: () => void;
  readonly save: (given: Given) => Promise<boolean>;
}

const NOTHING: Typed = { points: "", skip: false, reason: "" };

function begin({ item, column, key }: Entering): Typed {
  const kept = recall(key);
  if (kept) return JSON.parse(kept) as Typed;
  const now = standing(item, column);
  return { points: now && now.points !== null ? writePoints(now.points) : "", skip: now !== null && now.points === null, reason: "" };
}

/** What is wrong with what was typed, in words; nothing where it can be saved. */
function faults({ item, defined, column }: Entering, typed: Typed): { points?: string; reason?: string } {
  const points = typed.skip ? null : readPoints(typed.points);
  const few = points !== null && points > 0 && points < (defined.least ?? 0) * HUNDRED;
  if (!typed.skip && (points === null || points > item.most || few)) return { points: t("scores.points.wrong", { most: formatPoints(item.most) }) };
  return needsReason(item, column, points) && !typed.reason.trim() ? { reason: t("scores.reason.needed") } : {};
}

export function Enter({ entering, busy, trouble, close, save }: EnterProps) {
  const [typed, setTyped] = useState(NOTHING);
  const [told, setTold] = useState<{ points?: string; reason?: string }>({});
  useLayoutEffect(() => {
    if (entering) setTyped(begin(entering));
    setTold({});
  }, [entering]);
  const type = (next: Partial<Typed>): void => {
    const now = { ...typed, ...next };
    setTyped(now);
    setTold({});
    if (entering) remember(entering.key, JSON.stringify(now));
  };
  const done = async (): Promise<void> => {
    if (!entering) return;
    const wrong = faults(entering, typed);
    setTold(wrong);
    if (wrong.points || wrong.reason) return;
    const points = typed.skip ? null : readPoints(typed.points);
    if (await save({ item: entering.item.code, points, reason: typed.reason.trim().normalize("NFC") })) remember(entering.key, "");
  };
  return (
    <Dialog
      open={entering !== null}
      title={entering ? `${entering.defined.code} · ${localized(entering.defined.name)}` : ""}
      onClose={close}
      actions={
        <>
          <Button kind="primary" busy={busy} onClick={done}>
            {t("scores.save")}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      {entering && <Fields entering={entering} typed={typed} type={type} told={told} trouble={trouble} />}
    </Dialog>
  );
}

interface FieldsProps {
  readonly entering: Entering;
  readonly typed: Typed;
  readonly type: (next: Partial<Typed>) => void;
  readonly told: { readonly points?: string; readonly reason?: string };
  readonly trouble: string | null;
}

function Fields({ entering, typed, type, told, trouble }: FieldsProps) {
  const { item, defined, column } = entering;
  const id = useId();
  const mayLeaveOut = defined.optional === true || item.counted?.state === "not_applicable";
  const points = typed.skip ? null : readPoints(typed.points);
  const wants = (typed.skip || points !== null) && needsReason(item, column, points);
  const follows = item.follows[column];
  const error = told.reason ?? trouble ?? undefined;
  return (
    <>
      {defined.points !== undefined && <p class="small soft">{howOf(defined).join(" · ")}</p>}
      {defined.points !== undefined && follows && <p>{t("scores.follows", { points: pointsOf(follows.points) })}</p>}
      {defined.points === undefined ? <Mark label={localized(defined.name)} points={points} type={type} /> : <Points {...{ entering, typed, type, told }} />}
      {mayLeaveOut && (
        <label class="choice">
          <input type="checkbox" checked={typed.skip} onChange={(event) => type({ skip: event.currentTarget.checked })} />
          <span>{t("scores.skip")}</span>
        </label>
      )}
      <Field id={id} label={t("scores.reason")} required={wants} hint={wants ? undefined : t("scores.reason.optional")} error={error}>
        <textarea
          id={id}
          class="input"
          rows={3}
          maxLength={LONGEST}
          value={typed.reason}
          aria-invalid={told.reason ? "true" : undefined}
          aria-describedby={describedBy(id, !wants, error)}
          onInput={(event) => type({ reason: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}

function Points({ entering: { item, defined }, typed, type, told }: Omit<FieldsProps, "trouble">) {
  const id = useId();
  const most = formatPoints(item.most);
  const label = defined.least ? t("scores.points.least", { least: formatPoints(defined.least * HUNDRED), most }) : t("scores.points", { most });
  return (
    <Field id={id} label={label} error={told.points}>
      <input
        id={id}
        class="input figure"
        inputMode="decimal"
        autocomplete="off"
        value={typed.skip ? "" : typed.points}
        disabled={typed.skip}
        aria-invalid={told.points ? "true" : undefined}
        aria-describedby={describedBy(id, undefined, told.points)}
        onInput={(event) => type({ points: event.currentTarget.value })}
      />
    </Field>
  );
}

/** A mark is set or not. */
function Mark({ label, points, type }: { label: string; points: number | null; type: FieldsProps["type"] }) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {[HUNDRED, 0].map((each) => (
        <button key={each} type="button" aria-pressed={points === each} onClick={() => type({ points: writePoints(each) })}>
          {t(each ? "scores.points.yes" : "scores.points.no")}
        </button>
      ))}
    </div>
  );
}

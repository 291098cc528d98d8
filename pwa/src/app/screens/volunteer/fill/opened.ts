/**
 * An open form and what keeps its answers, for as long as its screen is open.
 *
 * Rules:
 * - Left while the phone was too full for its answers, it opens again as it was, and goes on trying meanwhile.
 */
import { useEffect, useMemo } from "preact/hooks";
import type { Surroundings } from "../../../../forms";
import type { FormDocument } from "../../../../shared/protocol";
import type { Draft, Store } from "../../../../store";
import { DraftKeeper } from "../../../data/draft-keeper";
import type { Notes } from "../../../data/notes";
import { holdNumber, holdTurn } from "../../../filling";
import { here } from "../../../session";
import { Filling } from "./filling";
import { isFresh } from "./open";

/** What must be known before the form is drawn. */
export interface Ready {
  around: Surroundings;
  notes: Notes;
}

interface Opened {
  readonly keeper: DraftKeeper;
  readonly filling: Filling;
}

/** By draft: forms that were left with answers that are on no disk yet. */
const unkept = new Map<string, Opened & { readonly end: () => void }>();

function open(store: Store, draft: Draft, form: FormDocument, { around, notes }: Ready): Opened {
  const keeper = new DraftKeeper(store, draft);
  // Of a record that the server does not have yet, all is still to be checked.
  const base = draft.record && draft.base && draft.base.rev > 0 ? draft.base.values : null;
  const changed = (path: string, soon: boolean) => keeper.changed(path, soon);
  const values = isFresh(draft) ? null : draft.values;
  const filling = new Filling({ form: form.compiled, around, values, base, notes, changed });
  keeper.values = () => filling.values;
  keeper.onOther = (other) => filling.take(other);
  // What the form itself began with, and that it was begun.
  if (values === null) keeper.changed("", false);
  return { keeper, filling };
}

/** Has the keeper write whenever the page may go, and holds the phone's number and its person's turn until `end`. */
function guard(keeper: DraftKeeper): () => void {
  const flush = () => void keeper.flush();
  const warn = (event: BeforeUnloadEvent) => {
    if (!keeper.isUnsaved()) return;
    flush();
    event.preventDefault();
  };
  const held = [
    holdNumber(),
    holdTurn(async () => {
      await keeper.flush();
      return !keeper.isUnsaved();
    }),
  ];
  document.addEventListener("visibilitychange", flush);
  addEventListener("pagehide", flush);
  addEventListener("beforeunload", warn);
  return () => {
    document.removeEventListener("visibilitychange", flush);
    removeEventListener("pagehide", flush);
    removeEventListener("beforeunload", warn);
    for (const letGo of held) letGo();
  };
}

export function useOpened(draft: Draft, form: FormDocument, ready: Ready): Opened {
  const { store } = here();
  const opened = useMemo(() => unkept.get(draft.id) ?? open(store, draft, form, ready), [store, draft.id]);
  useEffect(() => {
    const { keeper } = opened;
    const end = guard(keeper);
    unkept.get(draft.id)?.end();
    unkept.delete(draft.id);
    keeper.listen();
    return () => {
      keeper.stop();
      if (keeper.isUnsaved()) unkept.set(draft.id, { ...opened, end });
      void keeper.kept().then(() => {
        end();
        if (unkept.get(draft.id)?.end === end) unkept.delete(draft.id);
      });
    };
  }, [opened]);
  return opened;
}

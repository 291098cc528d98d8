/** The milestones of a campaign: added, changed, switched off and on; what that does is shown before it is done. */
import { signal } from "@preact/signals";
import { useId, useState } from "preact/hooks";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { Button, Card, Icon } from "../../ui";
import { History, Told, useChanging, usePlaceNames } from "./setup-changing";
import { definitionOver, typedOver, type Change, type Definition, type Draft, type Entry, type MilestoneLine, type Setup } from "./setup-data";
import { Editor } from "./setup-milestone-editor";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { isWarning, meaning } from "./setup-words";

/** What is begun and not saved yet, by campaign and code ("": a new one): leaving the screen doesn't lose it. */
const begun = signal<Readonly<Record<string, Draft<Definition>>>>({});
const FRESH: Definition = { type: "threshold", name: { vi: "" }, places: "campaign" };

function set(key: string, draft: Draft<Definition> | null): void {
  const { [key]: _, ...others } = begun.value;
  begun.value = draft ? { ...others, [key]: draft } : others;
}

function keyOf(campaign: CampaignDocument, code: string | null): string {
  return `${campaign.id}:${code ?? ""}`;
}

/** Puts every draft over what stands now; `at`: only those that were begun when this was the last change. */
function renew(campaign: CampaignDocument, found: Setup, at?: number): void {
  for (const code of [null, ...found.milestones.map((line) => line.code)]) {
    const draft = begun.value[keyOf(campaign, code)];
    if (!draft || (at !== undefined && draft.seen !== at)) continue;
    const now = found.milestones.find((line) => line.code === code)?.definition ?? draft.base;
    set(keyOf(campaign, code), definitionOver(draft, now, found.seen));
  }
}

/** Where it stands; of a warning nobody says that it was reached. */
function standing({ definition }: MilestoneLine, places: string): string {
  if (isWarning(definition)) return places ? t("setup.milestone.happened", { places }) : t("setup.milestone.not-yet");
  return places ? t("setup.milestone.standing", { places }) : t("setup.milestone.nowhere");
}

/** A definition as the server takes it: the code is said beside it, names that nobody wrote are left out. */
function plain({ code: _, name, ...definition }: Definition): Omit<Definition, "code"> {
  return { ...definition, name: Object.fromEntries(Object.entries(name).filter(([, text]) => text?.trim())) };
}

interface LineProps {
  readonly line: MilestoneLine;
  readonly setup: Setup;
  readonly draft: Definition | undefined;
  readonly edit: (definition: Definition | null) => void;
  readonly look: (change: Change) => void;
}

function MilestoneCard({ line, setup, draft, edit, look }: LineProps) {
  const nameOf = usePlaceNames();
  const { definition } = line;
  const change = (value: Definition | null): Change => ({ part: "milestones", code: line.code, value: value && plain(value) });
  return (
    <Card title={localized(definition.name)}>
      {definition.off && (
        <span class="chip" data-tone="slate">
          <Icon name="minus" />
          {t("setup.milestone.off")}
        </span>
      )}
      <p>{meaning(definition, setup)}</p>
      <p class="small soft">{definition.places === "each" ? t("setup.milestone.each") : t("setup.milestone.campaign")}</p>
      <p class="small soft">{standing(line, line.standing.map(nameOf).join(", "))}</p>
      {draft ? (
        <Editor definition={draft} setup={setup} change={edit} cancel={() => edit(null)} look={() => look(change(draft))} />
      ) : (
        <div class="pair">
          <Button icon="draft" onClick={() => edit(definition)}>
            {t("setup.milestone.edit")}
          </Button>
          <Button onClick={() => look(change({ ...definition, off: !definition.off }))}>{definition.off ? t("setup.milestone.on") : t("setup.milestone.switch-off")}</Button>
          {line.of_pack && line.changed && (
            <Button kind="quiet" onClick={() => look(change(null))}>
              {t("setup.milestone.back")}
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}

function Milestones({ campaign, setup, take }: OfSetup) {
  const changing = useChanging(campaign, take, (found) => renew(campaign, found));
  const [looked, setLooked] = useState<{ readonly code: string | null; readonly draft: Draft<Definition> | undefined; readonly seen: number } | null>(null);
  const heading = useId();
  const draftOf = (code: string | null) => begun.value[keyOf(campaign, code)];
  const edit = (code: string | null, base: Definition, value: Definition | null): void =>
    set(keyOf(campaign, code), value && typedOver(draftOf(code), { seen: setup.seen, base }, value));
  const look = (change: Change): void => {
    const draft = draftOf(change.code);
    const { seen } = draft ?? setup;
    setLooked({ code: change.code, draft, seen });
    void changing.look([change], seen);
  };
  const done = (found: Setup): void => {
    if (!looked) return;
    if (draftOf(looked.code) === looked.draft) set(keyOf(campaign, looked.code), null);
    // Nothing but what was just saved came between: drafts that were begun at the same time go on from it.
    renew(campaign, found, looked.seen);
  };
  const fresh = draftOf(null)?.value;
  const words = (entry: Entry): string => {
    const value = entry.value as Definition | null;
    if (value === null) return `${entry.entry}: ${t("setup.history.back")}`;
    return `${localized(value.name)}: ${value.off ? t("setup.milestone.off") : meaning(value, setup)}`;
  };
  return (
    <div class="stack">
      <Told told={changing.told} />
      {fresh ? (
        <section class="card" aria-labelledby={heading}>
          <h2 id={heading}>{t("setup.milestone.add")}</h2>
          <Editor
            definition={fresh}
            setup={setup}
            change={(definition) => edit(null, FRESH, definition)}
            cancel={() => edit(null, FRESH, null)}
            look={() => look({ part: "milestones", code: null, value: plain(fresh) })}
            fresh
          />
        </section>
      ) : (
        <div class="setup-review">
          <Button kind="primary" icon="plus" onClick={() => edit(null, FRESH, FRESH)}>
            {t("setup.milestone.add")}
          </Button>
        </div>
      )}
      <div class="setup-cards">
        {setup.milestones.map((line) => (
          <MilestoneCard
            key={line.code}
            line={line}
            setup={setup}
            draft={draftOf(line.code)?.value}
            edit={(value) => edit(line.code, line.definition, value)}
            look={look}
          />
        ))}
      </div>
      <History entries={setup.history.filter((entry) => entry.part === "milestones")} words={words} />
      <Review changing={changing} setup={setup} campaign={campaign} done={done} />
    </div>
  );
}

export default setupScreen("milestones", Milestones);

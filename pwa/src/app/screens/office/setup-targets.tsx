/** The targets of a campaign: each number typed, looked at for what it changes, and only then made. */
import { useId, useState } from "preact/hooks";
import { language, localized } from "../../i18n";
import { Banner, Button, Card, Field } from "../../ui";
import { FigureField } from "./figure-field";
import { History, Told, usePlaceNames } from "./setup-changing";
import {
  fieldOf,
  impossible,
  isWrong,
  targetChanges,
  textOf,
  type Change,
  type Draft,
  type Entry,
  type Target,
  type TargetLine,
  type Typed,
} from "./setup-data";
import { drafts, useSetupDraft } from "./setup-draft";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { targetWords, unitOf } from "./setup-words";

const kept = drafts<Typed>();

interface Typing {
  readonly line: TargetLine;
  readonly typed: Typed;
  readonly type: (field: string, text: string) => void;
}

function Numbers({ line, typed, type, place }: Typing & { place: number }) {
  const nameOf = usePlaceNames();
  return (
    <>
      {line.members.map((member) => {
        const label = `${t(`setup.member.${member}`)} (${unitOf(line, member)})`;
        return (
          <FigureField
            key={member}
            label={place === 0 ? label : `${nameOf(place)}: ${label}`}
            text={textOf(typed, line, place, member)}
            none={t("setup.target.none")}
            change={(text) => type(fieldOf(line.code, place, member), text)}
          />
        );
      })}
    </>
  );
}

/** The units that have a target of their own, and a way to give another one such a target. */
function OfUnits({ line, typed, type, units }: Typing & { units: readonly number[] }) {
  const nameOf = usePlaceNames();
  const id = useId();
  const [added, setAdded] = useState<readonly number[]>([]);
  const begun = units.filter((unit) => line.members.some((member) => typed[fieldOf(line.code, unit, member)] !== undefined));
  const own = [...new Set([...line.places.map((one) => one.place), ...begun, ...added])];
  const others = units.filter((unit) => !own.includes(unit));
  return (
    <details>
      <summary>{own.length ? t("setup.units.some", { count: own.length }) : t("setup.units")}</summary>
      <div class="stack">
        <p class="small soft">{t("setup.units.text")}</p>
        {own.map((unit) => (
          <Numbers key={unit} line={line} typed={typed} type={type} place={unit} />
        ))}
        {others.length > 0 && (
          <Field id={id} label={t("setup.units.add")}>
            <select
              id={id}
              class="input"
              value=""
              onChange={(event) => {
                if (event.currentTarget.value) setAdded([...added, Number(event.currentTarget.value)]);
                event.currentTarget.value = "";
              }}
            >
              <option value="">{t("setup.units.choose")}</option>
              {others.map((unit) => (
                <option key={unit} value={unit}>
                  {nameOf(unit)}
                </option>
              ))}
            </select>
          </Field>
        )}
      </div>
    </details>
  );
}

/** Why the targets of a line that are typed can't be; null: they can. */
function whyNot(line: TargetLine, changes: readonly Change[]): ReturnType<typeof impossible> {
  const mine = changes.filter((change) => change.code === line.code);
  return mine.map((change) => impossible(line, change.value as Target | null)).find((why) => why !== null) ?? null;
}

function TargetCard({ line, typed, type, units, wrong }: Typing & { units: readonly number[]; wrong: ReturnType<typeof impossible> }) {
  return (
    <Card title={`${line.code} · ${localized(line.name)}`}>
      <p class="small soft">
        {line.changed ? t("setup.target.changed", { words: targetWords(line, line.of_pack) }) : t("setup.target.pack")}
        {line.per ? ` ${t(`indicator.per.${line.per}`)}${language.value === "km" ? "។" : "."}` : ""}
      </p>
      <Numbers line={line} typed={typed} type={type} place={0} />
      {wrong && <Banner tone="problem" live title={t(`setup.target.wrong.${wrong}`)} />}
      <OfUnits line={line} typed={typed} type={type} units={units} />
    </Card>
  );
}

/** What is typed is single numbers: all others are already as they stand. */
const TYPED = { now: (): Typed => ({}), over: (draft: Draft<Typed>, _: Typed, seen: number) => ({ ...draft, seen }) };

function Targets(of: OfSetup) {
  const { campaign, setup } = of;
  const { typed = {}, changing, keep, look, done } = useSetupDraft(kept, of, TYPED);
  const nameOf = usePlaceNames();
  const changes = targetChanges(setup.targets, setup.units, typed);
  const words = (entry: Entry): string => {
    const [code, place] = entry.entry.split("@");
    const line = setup.targets.find((one) => one.code === code);
    const where = place ? ` · ${nameOf(Number(place))}` : "";
    const value = entry.value === null ? t("setup.history.back") : line ? targetWords(line, entry.value as Target) : "";
    return `${code}${where}: ${value}`;
  };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const wrong = isWrong(typed) || setup.targets.some((line) => whyNot(line, changes));
        if (!wrong) look(changes);
      }}
    >
      <div class="setup-cards">
        {setup.targets.map((line) => (
          <TargetCard
            key={line.code}
            line={line}
            typed={typed}
            units={setup.units}
            wrong={whyNot(line, changes)}
            type={(field, text) => keep({ ...typed, [field]: text })}
          />
        ))}
      </div>
      <Told told={changing.told} />
      <div class="setup-review">
        <Button kind="primary" type="submit" icon="check" busy={changing.busy}>
          {changes.length ? t("setup.review.count", { count: changes.length }) : t("setup.review")}
        </Button>
      </div>
      <History entries={setup.history.filter((entry) => entry.part === "targets")} words={words} />
      <Review changing={changing} setup={setup} campaign={campaign} done={done} />
    </form>
  );
}

export default setupScreen("targets", Targets);

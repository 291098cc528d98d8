/** What the figures and their units are called, in three languages. */
import { useState } from "preact/hooks";
import { localized } from "../../i18n";
import { Button, LinkButton } from "../../ui";
import { NamesField } from "./names-field";
import { History, Told } from "./setup-changing";
import { isNamed, nameChanges, namedOver, namesIn, type IndicatorLine, type Named, type NamedBy } from "./setup-data";
import { drafts, useSetupDraft } from "./setup-draft";
import { setupScreen, type OfSetup } from "./setup-page";
import { Review } from "./setup-review";
import { t } from "./setup-t";
import { namedWords } from "./setup-words";

const kept = drafts<NamedBy>();

interface IndicatorProps {
  readonly line: IndicatorLine;
  readonly named: Named;
  /** A name or a unit without its Vietnamese is said. */
  readonly asked: boolean;
  readonly change: (named: Named) => void;
  /** Has it called as first planned again. */
  readonly back: (() => void) | undefined;
}

function Indicator({ line, named, asked, change, back }: IndicatorProps) {
  const missing = (name: Named["name"]) => (asked && !name["vi"]?.trim() ? t("setup.name.missing") : undefined);
  return (
    <details class="card" open={asked && !isNamed(named) ? true : undefined}>
      <summary>
        <strong>{line.code}</strong> · {localized(named.name)} <span class="soft">({localized(named.unit)})</span>
      </summary>
      <div class="stack">
        <fieldset class="stack">
          <legend>{t("setup.indicator.name")}</legend>
          <NamesField name={named.name} error={missing(named.name)} change={(name) => change({ ...named, name })} />
        </fieldset>
        <fieldset class="stack">
          <legend>{t("setup.indicator.unit")}</legend>
          <NamesField name={named.unit} error={missing(named.unit)} change={(unit) => change({ ...named, unit })} />
        </fieldset>
        {back && (
          <Button kind="quiet" onClick={back}>
            {t("setup.milestone.back")}
          </Button>
        )}
      </div>
    </details>
  );
}

function Indicators(of: OfSetup) {
  const { campaign, setup } = of;
  const { typed = {}, changing, keep, look, done } = useSetupDraft(kept, of, { now: namesIn, over: namedOver });
  const [asked, setAsked] = useState(false);
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (Object.values(typed).every(isNamed)) look(nameChanges(setup, typed));
      }}
    >
      <div class="pair">
        <LinkButton href="#/office">{t("setup.indicators.baselines")}</LinkButton>
      </div>
      {setup.indicators.map((line) => (
        <Indicator
          key={line.code}
          line={line}
          named={typed[line.code] ?? line}
          asked={asked}
          change={(named) => keep({ ...typed, [line.code]: named })}
          back={line.changed ? () => look([{ part: "indicators", code: line.code, value: null }], true) : undefined}
        />
      ))}
      <Told told={changing.told} />
      <div class="pair setup-review">
        <Button kind="primary" type="submit" icon="check" busy={changing.busy}>
          {t("setup.review")}
        </Button>
      </div>
      <History
        entries={setup.history.filter((entry) => entry.part === "indicators")}
        words={({ entry, value }) => `${entry}: ${value ? namedWords(value as Named) : t("setup.history.back")}`}
      />
      <Review changing={changing} setup={setup} campaign={campaign} done={done} />
    </form>
  );
}

export default setupScreen("indicators", Indicators);

/** What changes will do, shown before they are made: figures, milestones and days, as they are and as they will be. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { Button, Dialog, Icon } from "../../ui";
import { usePlaceNames, type Changing } from "./setup-changing";
import { targetAt, without, type Change, type Definition, type Kind, type MovedMilestone, type Preview, type Setup, type Spans, type Target, type TargetLine, type Days as CampaignDays, type Named as NamedAs, WINDOWS } from "./setup-data";
import type { MovedPlaces } from "./setup-places-data";
import { t } from "./setup-t";
import { figureWords, isWarning, meaning, namedWords, spanWords, targetWords, windowWords } from "./setup-words";

interface ReviewProps {
  readonly changing: Changing;
  readonly setup: Setup;
  readonly campaign: CampaignDocument;
  /** Forgets the drafts of what was saved; what was typed while it was looked at stays. */
  readonly done: (found: Setup) => void;
  /** What becomes of places, in list items: for the screen that changes them. */
  readonly places?: (moved: MovedPlaces) => ComponentChildren;
}

export function Review({ changing, setup, campaign, done, places }: ReviewProps) {
  const { preview, changes, busy } = changing;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // The browser shows the button that has the focus; a long list of what will change is to be read from its top.
    if (preview) requestAnimationFrame(() => list.current?.closest("dialog")?.scrollTo({ top: 0 }));
  }, [preview]);
  const confirm = async (): Promise<void> => {
    const saved = await changing.make();
    if (saved) done(saved);
  };
  return (
    <Dialog
      open={preview !== null}
      title={t("setup.review.title")}
      onClose={changing.forget}
      actions={
        <>
          <Button kind="primary" busy={busy} onClick={confirm}>
            {t("setup.apply")}
          </Button>
          <Button onClick={changing.forget}>{t("app.cancel")}</Button>
        </>
      }
    >
      {preview && (
        <ul class="figure-changes" ref={list}>
          {preview.places && places?.(preview.places)}
          <Figures preview={preview} setup={setup} campaign={campaign} />
          <Unseen preview={preview} setup={setup} changes={changes} campaign={campaign} />
          <Moved preview={preview} setup={setup} />
          <Named changes={changes} setup={setup} />
          <OwnDays changes={changes} setup={setup} />
          <Days preview={preview} setup={setup} changes={changes} />
        </ul>
      )}
      <p class="with-icon small">
        <Icon name="info" />
        <span>{t("setup.review.text")}</span>
      </p>
    </Dialog>
  );
}

type Figure = Preview["figures"][number];

/** Names of places as they will be: this phone doesn't know those that are to come. */
function useNamesIn({ places }: Preview): (place: number) => string {
  const nameOf = usePlaceNames();
  return (place) => localized(places?.moved.find((one) => one.id === place)?.after.name) || nameOf(place);
}

function kindIn(setup: Setup, code: string): Kind | undefined {
  return setup.indicators.find((indicator) => indicator.code === code)?.kind;
}

/** Each figure of the campaign, and of a unit whose target or result is its own to change. */
function Figures({ preview, setup, campaign }: { preview: Preview; setup: Setup; campaign: CampaignDocument }) {
  const nameOf = useNamesIn(preview);
  const codes = [...new Set(preview.figures.map((figure) => figure.code))];
  return (
    <>
      {codes.map((code) => {
        const mine = preview.figures.filter((figure) => figure.code === code);
        const whole = mine.find((figure) => figure.place === campaign.place);
        const others = mine.filter((figure) => figure !== whole && (!whole || figure.before.verdict !== figure.after.verdict));
        const line = setup.targets.find((target) => target.code === code);
        const name = setup.indicators.find((indicator) => indicator.code === code)?.name;
        return (
          <li key={code}>
            <strong>
              {code} · {localized(name)}
            </strong>
            {[...(whole ? [whole] : []), ...others].map((figure) => (
              <FigureLine key={figure.place} figure={figure} line={line} kind={kindIn(setup, code)} place={nameOf(figure.place)} />
            ))}
          </li>
        );
      })}
    </>
  );
}

/** Targets of places that have no figure yet: nothing is judged by them so far. */
function Unseen({ preview, setup, changes, campaign }: Pick<ReviewProps, "setup" | "campaign"> & { preview: Preview; changes: readonly Change[] }) {
  const nameOf = usePlaceNames();
  const seen = new Set(preview.figures.map(({ code, place }) => `${code}@${place}`));
  const lines = changes.flatMap(({ part, code, place, value }) => {
    const line = setup.targets.find((one) => part === "targets" && one.code === code);
    return line && !seen.has(`${line.code}@${place ?? campaign.place}`) ? [{ line, place: place ?? 0, value: value as Target | null }] : [];
  });
  return (
    <>
      {lines.map(({ line, place, value }) => (
        <li key={`${line.code}@${place}`}>
          <strong>
            {line.code} · {localized(line.name)}
          </strong>
          <div class="setup-figure small">
            <span>{nameOf(place || campaign.place)}</span>
            <span>{`${targetWords(line, targetAt(line, place))} → ${value ? targetWords(line, value) : t("setup.history.back")}`}</span>
            <span class="soft">{t("setup.review.none")}</span>
          </div>
        </li>
      ))}
    </>
  );
}

interface FigureLineProps {
  readonly figure: Figure;
  readonly line: TargetLine | undefined;
  readonly kind: Kind | undefined;
  readonly place: string;
}

function FigureLine({ figure, line, kind, place }: FigureLineProps) {
  const { before, after } = figure;
  const words = (judged: Figure["before"]) => (judged.verdict ? t(`verdict.${judged.verdict}`) : "–");
  return (
    <div class="setup-figure small">
      <span>{place}</span>
      {line && <span>{`${targetWords(line, before.target)} → ${targetWords(line, after.target)}`}</span>}
      <span class="soft">
        {t("setup.review.now", { number: both(figureWords(kind, before), figureWords(kind, after)) })}{" "}
        {before.verdict === after.verdict ? t("setup.review.same", { verdict: words(after) }) : `${words(before)} → ${words(after)}`}
      </span>
    </div>
  );
}

function Moved({ preview, setup }: { preview: Preview; setup: Setup }) {
  return (
    <>
      {preview.milestones.map((moved) => (
        <MovedLine key={moved.code} moved={moved} setup={setup} />
      ))}
    </>
  );
}

function both(before: string | null, after: string): string {
  return before === null || before === after ? after : `${before} → ${after}`;
}

function MovedLine({ moved, setup }: { moved: MovedMilestone; setup: Setup }) {
  const nameOf = usePlaceNames();
  const { before, after, standing, reached, gone } = moved;
  if (!after) return null;
  const named = (places: readonly number[]) => ({ places: places.map(nameOf).join(", ") });
  const means = (definition: Definition) => (definition.off ? t("setup.milestone.off") : meaning(definition, setup));
  const of = isWarning(after) ? "warning" : "goal";
  return (
    <li>
      <strong>{both(before && localized(before.name), localized(after.name))}</strong>
      <p class="small">{both(before && means(before), means(after))}</p>
      {reached.length > 0 && <p class="small">{t(`setup.review.${of}.reached`, named(reached))}</p>}
      {gone.length > 0 && <p class="small">{t(`setup.review.${of}.gone`, named(gone))}</p>}
      {reached.length + gone.length === 0 && !after.off && (
        <p class="small">{standing.length ? t(`setup.review.${of}.standing`, named(standing)) : t(`setup.review.${of}.nowhere`)}</p>
      )}
    </li>
  );
}

/** What figures will be called. */
function Named({ changes, setup }: { changes: readonly Change[]; setup: Setup }) {
  const mine = changes.flatMap(({ part, code, value }) => {
    const line = setup.indicators.find((one) => part === "indicators" && one.code === code);
    return line ? [{ line, value: value as NamedAs | null }] : [];
  });
  return (
    <>
      {mine.map(({ line, value }) => (
        <li key={line.code}>
          <strong>{line.code}</strong>
          <p class="small">{`${namedWords(line)} → ${value ? namedWords(value) : t("setup.history.back")}`}</p>
          <p class="small soft">{t("setup.indicators.same")}</p>
        </li>
      ))}
    </>
  );
}

/** The campaign's own days as they are and will be, those that change. */
function OwnDays({ changes, setup }: { changes: readonly Change[]; setup: Setup }) {
  const change = changes.find(({ part, code }) => part === "calendar" && code === "windows");
  if (!change) return null;
  const [before, after] = [setup.windows, (change.value as CampaignDays | null) ?? setup.windows_of_pack];
  const many = (days: CampaignDays) => t("setup.report-days.many", { count: days.report_days ?? 0 });
  const lines = [
    ...WINDOWS.map((name) => [t(`setup.window.${name}`), windowWords(before.windows[name]), windowWords(after.windows[name])] as const),
    [t("setup.report-days"), many(before), many(after)] as const,
  ].filter(([, was, will]) => was !== will);
  return (
    <>
      {lines.map(([what, was, will]) => (
        <li key={what}>
          <strong>{what}</strong>
          <p class="small">{`${was} → ${will}`}</p>
        </li>
      ))}
    </>
  );
}

/** Days that come and go, with what those that have begun add up to. */
function Days({ preview, setup, changes }: { preview: Preview; setup: Setup; changes: readonly Change[] }) {
  const change = changes.find(({ part, code }) => part === "calendar" && code !== "windows");
  if (!change) return null;
  const spans = (change.value as Spans | null)?.spans ?? setup.special_of_pack;
  const nameOf = (code: string) => localized(setup.indicators.find((one) => one.code === code)?.name);
  return (
    <>
      {without(spans, setup.special).map((span) => {
        const figures = preview.special.find((one) => !without([one], [span]).length)?.figures.filter((one) => one.numerator > 0) ?? [];
        return (
          <li key={spanWords(span)}>
            <strong>{t("setup.days.new", { days: spanWords(span) })}</strong>
            {figures.length === 0 && <p class="small">{t("setup.review.none")}</p>}
            {figures.map((one) => (
              <p key={one.code} class="small">
                {`${nameOf(one.code)}: ${figureWords(kindIn(setup, one.code), one)}`}
              </p>
            ))}
          </li>
        );
      })}
      {without(setup.special, spans).map((span) => (
        <li key={spanWords(span)}>
          <strong>{t("setup.days.gone", { days: spanWords(span) })}</strong>
          <p class="small">{t("setup.days.gone.text")}</p>
        </li>
      ))}
    </>
  );
}

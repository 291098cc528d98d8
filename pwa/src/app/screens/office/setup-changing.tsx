/** Having changes of a set-up looked at and made, and what was changed by whom: for each part of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { NetworkError, ProblemError } from "../../../shared/problem";
import type { CampaignDocument, PlaceDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { useKept, type Asked } from "../../kept";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, EmptyState } from "../../ui";
import type { Change, Entry, Preview, Setup } from "./setup-data";
import { t } from "./setup-t";

export function useSetup(campaign: CampaignDocument): Asked<Setup> {
  return useKept<Setup>(`/api/campaigns/${campaign.id}/setup`);
}

/** Names of places by their numbers, as this phone knows them. */
export function usePlaceNames(): (place: number) => string {
  const places = useLive((store) => store.documents("place"), [], ["documents"]);
  const names = new Map((places as readonly PlaceDocument[] | undefined)?.map((place) => [place.id, localized(place.name)]));
  return (place) => names.get(place) ?? String(place);
}

export interface Changing {
  readonly preview: Preview | null;
  /** What is shown by the preview, and will be made. */
  readonly changes: readonly Change[];
  readonly busy: boolean;
  readonly told: { readonly good: boolean; readonly words: string } | null;
  /** `seen`: the last change that was known when these were begun. */
  readonly look: (changes: readonly Change[], seen: number) => Promise<void>;
  /** The set-up afterwards; null: it was not saved. */
  readonly make: () => Promise<Setup | null>;
  readonly forget: () => void;
}

interface Looked {
  readonly preview: Preview;
  readonly changes: readonly Change[];
  readonly seen: number;
}

type Saying = Changing["told"];

/**
 * Asks the server what changes will do, then has them made, if nothing else was changed since they were begun. Else the
 * screen shows what stands now, and `renew` puts over it what is typed. `say`: what a refusal is in words.
 */
export function useChanging(campaign: CampaignDocument, take: (found: Setup) => void, renew: (found: Setup) => void, say: (error: unknown) => string = explain): Changing {
  const { profile, sync } = here();
  const [looked, setLooked] = useState<Looked | null>(null);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<Saying>(null);
  const path = `/api/campaigns/${campaign.id}/setup`;
  const renewed = async (): Promise<void> => {
    const found = await api<Setup>("GET", path, undefined, profile.device);
    take(found);
    renew(found);
  };
  const work = async (step: () => Promise<Saying>): Promise<void> => {
    setBusy(true);
    setTold(null);
    try {
      setTold(await step());
    } catch (error) {
      setLooked(null);
      const words = `${say(error)} ${t("setup.kept")}`;
      const changed = error instanceof ProblemError && error.slug === "setup-changed";
      const known = changed && (await renewed().then(() => true, () => false));
      setTold({ good: false, words: known ? t("setup.renewed") : words });
    } finally {
      setBusy(false);
    }
  };
  const look = async (changes: readonly Change[], seen: number): Promise<void> => {
    await work(async () => {
      if (!changes.length) return { good: true, words: t("setup.same") };
      const given = { changes, seen };
      setLooked({ ...given, preview: await api<Preview>("POST", `${path}/preview`, given, profile.device) });
      return null;
    });
  };
  const make = async (): Promise<Setup | null> => {
    if (!looked) return null;
    const { changes, seen } = looked;
    let saved: Setup | null = null;
    await work(async () => {
      saved = await api<Setup>("POST", `${path}/changes`, { changes, seen }, profile.device);
      take(saved);
      setLooked(null);
      void sync.now();
      return { good: true, words: t("setup.saved") };
    });
    return saved;
  };
  return { preview: looked?.preview ?? null, changes: looked?.changes ?? [], busy, told, look, make, forget: () => setLooked(null) };
}

/** What became of a change, brought into sight: the screen is long, and what was pressed may be far from here or gone. */
export function Told({ told }: { told: Saying }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Not before the dialog has closed and given the keyboard back.
    if (told) requestAnimationFrame(() => box.current?.scrollIntoView({ block: "nearest" }));
  }, [told]);
  return (
    told && (
      <div ref={box}>
        <Banner tone={told.good ? "good" : "problem"} live title={told.words} />
      </div>
    )
  );
}

/** Every change of a part, latest first. */
export function History({ entries, words }: { entries: readonly Entry[]; words: (entry: Entry) => string }) {
  return (
    <details>
      <summary>{t("setup.history")}</summary>
      {entries.length === 0 && <p class="soft">{t("setup.history.none")}</p>}
      <ul class="entries">
        {entries.map((entry, index) => (
          <li key={index}>
            <span>{words(entry)}</span>
            <span class="small soft">{`${entry.by} · ${formatMoment(entry.at)}`}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Whether a campaign is no more, or somebody else's to set up. */
export function isElsewhere({ failure }: Pick<Asked<unknown>, "failure">): boolean {
  return failure instanceof ProblemError && failure.status === NOT_MINE;
}

const NOT_MINE = 404;

/** What a screen says while the set-up can't be had, or is an older one. */
export function Asking({ asked }: { asked: Pick<Asked<unknown>, "failure" | "found" | "ask"> }) {
  const { failure, found, ask } = asked;
  if (isElsewhere(asked)) return <EmptyState icon="flag" title={t("office.none")} />;
  if (failure === null) return found ? null : <p class="soft">{t("app.loading")}</p>;
  const silent = failure instanceof NetworkError;
  return (
    <Banner tone="attention" icon={silent ? "offline" : "alert"} live title={silent ? t(found ? "setup.old" : "setup.online") : explain(failure)}>
      <Button icon="sync" onClick={ask}>
        {t("app.retry")}
      </Button>
    </Banner>
  );
}

/** A nomination: what is proposed, its evidence, what was decided about it, and the step that is mine. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { Localized } from "../../../shared/language";
import type { CampaignDocument, PlaceDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatDate, formatMoment, formatNumber } from "../../i18n/format";
import { t as words } from "../../i18n/t";
import { useLive } from "../../live";
import { here, may } from "../../session";
import { Banner, Button, Card, Facts, Icon, Page } from "../../ui";
import { leadsOn, wordsFor, type Action, type Evidence, type Nomination, type Overview, type Taken } from "./commendation-data";
import { StageChip } from "./commendation-parts";
import { Step, type Given } from "./commendation-step";
import { t } from "./commendation-t";
import "./commendations.css";
import { Get, Outcome, useDownload } from "./downloading";

type Places = ReadonlyMap<number, PlaceDocument>;

interface Found {
  readonly one: Nomination;
  readonly overview: Overview;
}

function useNomination(campaign: string, record: string) {
  const { device } = here().profile;
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const base = `/api/campaigns/${campaign}/commendations`;
  const ask = async (): Promise<void> => {
    try {
      const [one, overview] = await Promise.all([
        api<Nomination>("GET", `${base}/${record}`, undefined, device),
        api<Overview>("GET", base, undefined, device),
      ]);
      setFound({ one, overview });
      setFailure(null);
    } catch (error) {
      setFailure(error);
    }
  };
  const take = async (given: Given): Promise<void> => {
    if (!found) return;
    const { after, rev } = found.one;
    const one = await api<Nomination>("POST", `${base}/${record}/steps`, { ...given, after, rev }, device);
    setFound({ ...found, one });
  };
  useEffect(() => void ask(), [base, record]);
  return { found, failure, ask, take };
}

function recordLink(record: string): ComponentChildren {
  if (may("review") || may("decide")) return <a class="record-link" href={`#/review/${record}`}>{t("one.record", { record })}</a>;
  return t("one.record", { record });
}

function What({ found, places }: { found: Found; places: Places }) {
  const { one, overview } = found;
  const award = overview.awards.find((each) => each.key === one.award);
  const rows: (readonly [string, ComponentChildren])[] = [
    [t("fact.award"), localized(award?.name) || one.award],
    [t("fact.grantor"), one.grantor ? localized(one.grantor) : t("fact.nobody")],
    [t("fact.kind"), t(`kind.${one.kind}`)],
    [t("fact.place"), localized(places.get(one.place)?.name)],
    [t("fact.organisation"), [one.position, one.organisation].filter(Boolean).join(", ")],
    [t("fact.list"), one.list],
    [t("fact.consent"), t(one.consent ? "fact.consent.yes" : "fact.consent.no")],
    [t("fact.form"), recordLink(one.record)],
  ];
  if (one.sex) rows.push([t("fact.sex"), t(`sex.${one.sex}`)]);
  if (one.members !== null) rows.push([t("fact.members"), t("fact.women", { members: one.members, women: one.women ?? 0 })]);
  if (one.preferred) rows.push([t("fact.preferred"), t("one.preferred")]);
  if (one.law) rows.push([t("fact.law"), one.law]);
  if (one.money !== null) rows.push([t("fact.money"), t("fact.dong", { amount: formatNumber(one.money) })]);
  return (
    <Card title={t("card.what")}>
      <Facts rows={rows} />
      <p class="soft small">{t("fact.no-name")}</p>
    </Card>
  );
}

/** An answer as people read it: days like everywhere else. */
function readable(text: Localized): string {
  const words = localized(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(words) ? formatDate(words) : words;
}

function Proof({ each, places }: { each: Evidence; places: Places }) {
  const where = [each.place === null ? "" : localized(places.get(each.place)?.name), each.day ? formatDate(each.day) : ""].filter(Boolean).join(" · ");
  return (
    <li class="proof">
      <span class="with-icon">
        <Icon name={each.counted ? "check" : "cross"} />
        <span>
          {recordLink(each.record)}
          {": "}
          {each.counted ? localized(each.form) : t("proof.missing")}
        </span>
      </span>
      {where && <span class="soft small">{where}</span>}
      {each.others.length > 0 && <span class="small">{t("proof.others", { records: each.others.join(", ") })}</span>}
      {each.answers.length > 0 && (
        <details>
          <summary>{t("proof.read")}</summary>
          <Facts rows={each.answers.map((answer) => [localized(answer.question), answer.answer.map(readable).join(", ")] as const)} />
        </details>
      )}
    </li>
  );
}

function Proofs({ one, places }: { one: Nomination; places: Places }) {
  const counted = one.evidence.filter((each) => each.counted).length;
  return (
    <Card title={t("card.evidence")}>
      <p class="words">{one.achievement}</p>
      <p>
        <strong>{t("proof.count", { counted, all: one.evidence.length })}</strong>
      </p>
      <ul class="stack" data-gap="small">
        {one.evidence.map((each) => (
          <Proof key={each.record} each={each} places={places} />
        ))}
      </ul>
      {one.alike.map((other) => (
        <Banner key={other.record} tone="attention" title={t(`alike.${other.why}`, { record: other.record })}>
          <p class="small">{t(`stage.${other.stage}`)}</p>
        </Banner>
      ))}
    </Card>
  );
}

/** What belongs to a step beside who, when and why. */
function Said({ step }: { step: Taken }) {
  const { vote, decision } = step;
  return (
    <>
      {vote && (
        <span class="small">
          {t("history.vote", { on: formatDate(vote.held_on), members: vote.members, present: vote.present, agree: vote.agree, against: vote.against, abstained: vote.abstained })}
        </span>
      )}
      {step.ground && <span class="small">{t(`ground.${step.ground}`)}</span>}
      {decision?.number && <span class="small">{t("public.decision", { number: decision.number, on: decision.on ? formatDate(decision.on) : "–" })}</span>}
      {decision?.book && <span class="small">{t("history.book", { book: decision.book })}</span>}
      {step.reason && <span class="small words">{t("history.reason", { reason: step.reason })}</span>}
    </>
  );
}

function History({ one }: { one: Nomination }) {
  return (
    <Card title={t("card.history")}>
      {one.steps.length === 0 && <p class="soft">{t("history.none")}</p>}
      <ol class="steps-taken stack" data-gap="small">
        {[...one.steps].reverse().map((step) => (
          <li key={step.number}>
            <strong>{t(`action.${step.action}`)}</strong>
            <StageChip stage={step.reached} />
            <span class="soft small">{`${step.for === null ? step.by : words("history.for", { name: step.by, whom: step.for })} · ${formatMoment(step.at)}`}</span>
            <Said step={step} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

interface NextProps {
  readonly found: Found;
  readonly campaign: string;
  readonly take: (given: Given) => Promise<void>;
}

function Next({ found, campaign, take }: NextProps) {
  const { one, overview } = found;
  const [open, setOpen] = useState<Action | null>(null);
  const [done, setDone] = useState(false);
  const download = useDownload();
  const papers = `/api/campaigns/${campaign}/commendations/${one.record}`;
  const { present, agree, source } = overview.vote;
  const rule = t("vote.rule", { present: present.join("/"), agree: agree.join("/") });
  const note = open === "vote" ? <p class="soft small">{`${rule} (${localized(source)})`}</p> : null;
  const step = async (given: Given): Promise<void> => {
    await take(given);
    setOpen(null);
    setDone(true);
  };
  return (
    <Card title={t("card.next")}>
      <p>
        <StageChip stage={one.stage} />
      </p>
      <p>{t(`next.${one.stage}`)}</p>
      {done && <Banner tone="good" live title={t("step.done")} />}
      {one.own.length > 0 && <p class="small">{t("step.own", { steps: one.own.map((action) => t(`action.${action}`)).join(", ") })}</p>}
      {open ? (
        <Step key={open} action={open} one={one} today={overview.today} take={step} cancel={() => setOpen(null)} note={note} />
      ) : (
        <div class="row">
          {one.may.map((action, index) => (
            <Button
              key={action}
              kind={index === 0 && leadsOn(one.stage, action) ? "primary" : action === "cancel" ? "quiet" : "secondary"}
              onClick={() => {
                setDone(false);
                setOpen(action);
              }}
            >
              {t(`action.${action}`)}
            </Button>
          ))}
        </div>
      )}
      <Outcome of={download} />
      {one.present !== null && <Get of={download} path={`${papers}/vote-record`} words={t("papers.vote")} icon="form" />}
      <Get of={download} path={`${papers}/achievements`} words={t("papers.achievements")} icon="form" />
    </Card>
  );
}

export default function Commendation({ parameters }: { parameters: Record<string, string> }) {
  const campaign = parameters["campaign"] ?? "";
  const record = parameters["record"] ?? "";
  const { found, failure, ask, take } = useNomination(campaign, record);
  const known = useLive(
    async (store) => ({ campaigns: await store.documents("campaign"), places: new Map((await store.documents("place")).map((place) => [place.id, place])) }),
    [],
    ["documents"],
  );
  const places: Places = known?.places ?? new Map<number, PlaceDocument>();
  const mine: CampaignDocument | undefined = known?.campaigns.find((each) => String(each.id) === campaign);
  return (
    <Page title={t("one.title", { record })} width="wide" back="commendations" lead={mine && <p class="soft">{localized(mine.name)}</p>}>
      {failure !== null && (
        <Banner tone="attention" icon="offline" title={wordsFor(failure)}>
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {!found && failure === null && <p class="soft">{t("app.loading")}</p>}
      {found && (
        <div class="two">
          <div class="stack">
            <Next found={found} campaign={campaign} take={take} />
            <Proofs one={found.one} places={places} />
          </div>
          <div class="stack">
            <What found={found} places={places} />
            <History one={found.one} />
          </div>
        </div>
      )}
    </Page>
  );
}

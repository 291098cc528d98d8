/** Who did what, when, and why: every revision, decision, disagreement and its end. */
import type { ComponentChildren } from "preact";
import { same } from "../../../../shared/document";
import { useMemo } from "preact/hooks";
import type { CompiledForm } from "../../../../shared/form";
import type { Values } from "../../../../shared/protocol";
import type { RecordView } from "../../../../store";
import { useHistory, type HistoryEntry, type RecordHistory } from "../../../data/history";
import { placeName, useLookup } from "../../../data/lookup";
import { describer, type Described } from "../../../data/answers";
import { language } from "../../../i18n";
import { formatMoment } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { AnswerValue } from "../../../media";
import { here } from "../../../session";
import { Card, Icon, type IconName } from "../../../ui";
import { iconOf } from "../../../decisions";

interface Words {
  readonly describe: (path: string) => Described;
  readonly name: (person: number) => string;
}

function Change({ words, path, from, to }: { words: Words; path: string; from: ComponentChildren; to: ComponentChildren }) {
  return (
    <li>
      <span class="soft">{words.describe(path).label}:</span> {from !== null && <del>{from}</del>} <ins>{to}</ins>
    </li>
  );
}

function titleOf(entry: HistoryEntry, place: (id: number) => string): { icon: IconName; words: string } {
  switch (entry.type) {
    case "revision":
      return entry.rev === 1 ? { icon: "plus", words: t("history.created") } : { icon: "draft", words: t("history.edited", { rev: entry.rev }) };
    case "review": {
      return { icon: iconOf(entry.decision), words: t(`history.${entry.decision}`, { into: entry.into ?? "" }) };
    }
    case "conflict":
      return { icon: "split", words: t("history.conflict") };
    case "resolution":
      return { icon: "check", words: t(entry.rule ? "history.settled" : "history.resolution") };
    case "move":
      return { icon: "arrow", words: t("history.moved", { from: place(entry.from), to: place(entry.to) }) };
  }
}

function Details({ entry, words }: { entry: HistoryEntry; words: Words }) {
  if (entry.type === "move") return null;
  if (entry.type === "review") {
    return (
      <>
        {entry.reason && <q class="reason">{entry.reason}</q>}
        {Object.entries(entry.notes ?? {}).map(([path, note]) => (
          <p key={path} class="remark">
            <span class="soft">{words.describe(path).label}:</span> {note}
          </p>
        ))}
      </>
    );
  }
  if (entry.type === "revision") {
    if (entry.rev === 1) return null;
    return (
      <ul class="changes">
        {Object.entries(entry.changes).map(([path, change]) => {
          const { node, choices } = words.describe(path);
          return (
            <Change key={path} words={words} path={path} from={<AnswerValue node={node} value={change.from} choices={choices} small />} to={<AnswerValue node={node} value={change.to} choices={choices} small />} />
          );
        })}
      </ul>
    );
  }
  const { node, label, choices } = words.describe(entry.path);
  const decided = entry.type === "resolution";
  return (
    <>
      {decided && (
        <ul class="changes">
          <Change words={words} path={entry.path} from={null} to={<AnswerValue node={node} value={entry.value} choices={choices} small />} />
        </ul>
      )}
      {!decided && <p class="soft">{label}</p>}
      <ul class="changes small">
        {[entry.head, entry.theirs].map((side) => (
          <li key={`${side.device}-${side.at}`}>
            <span class="soft">{words.name(side.by)}:</span> <AnswerValue node={node} value={side.value} choices={choices} small />
            {decided && (
              <span class="soft"> ({t(same(side.value, entry.value) ? "history.chosen" : "history.not-chosen")})</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

export function Timeline({ found, form, values }: { found: RecordHistory; form: CompiledForm; values: Values }) {
  const { store, profile } = here();
  const me = profile.person.id;
  const describe = useMemo(() => describer(form, values, store.now()), [form, values, language.value]);
  const name = (person: number) => (person === me ? t("person.you") : (found.people[person] ?? t("person.somebody", { person })));
  const lookup = useLookup();
  const place = (id: number) => (lookup && placeName(lookup, id)) || t("place.unknown", { id });
  return (
    <ol class="timeline">
      {[...found.history].reverse().map((entry) => {
        const { icon, words } = titleOf(entry, place);
        return (
          <li key={`${entry.type}-${entry.received}-${"id" in entry ? entry.id : entry.rev}`}>
            <Icon name={icon} />
            <div>
              <strong>{words}</strong>
              <p class="soft small">
                {(entry.type === "review" || entry.type === "resolution") && entry.for ? t("history.for", { name: name(entry.by), whom: name(entry.for) }) : name(entry.by)} · {formatMoment(entry.at)}
              </p>
              <Details entry={entry} words={{ describe, name }} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

export function History({ record, form }: { record: RecordView; form: CompiledForm }) {
  const { found, cached, looking } = useHistory(record);
  return (
    <Card title={t("history.title")}>
      {!found && <p class="soft">{t(looking ? "app.loading" : record.rev === 0 ? "history.not-yet" : "history.offline")}</p>}
      {found && cached && !looking && <p class="soft small">{t("history.cached")}</p>}
      {found && <Timeline found={found} form={form} values={record.values} />}
    </Card>
  );
}

/** While a record is typed: what this phone holds that probably tells of the same thing. */
import { useMemo } from "preact/hooks";
import type { FormDocument } from "../../../../shared/protocol";
import type { Draft } from "../../../../store";
import { Neighbours } from "../../../data/likeness";
import { personName, recordDetail, type Lookup } from "../../../data/lookup";
import { useLive } from "../../../live";
import { Banner } from "../../../ui";
import type { Filling } from "./filling";
import { t } from "./t";

export interface AlikeProps {
  draft: Draft;
  form: FormDocument;
  lookup: Lookup;
  filling: Filling;
}

export function Alike({ draft, form, lookup, filling }: AlikeProps) {
  const records = useLive((store) => store.records(), [], ["records", "outbox"]);
  const neighbours = useMemo(() => records && new Neighbours(records, lookup.forms), [records, lookup.forms]);
  // What is typed is followed by its view; the answers themselves are no signal.
  const values = filling.view.value.length > 0 ? filling.values : {};
  const found = neighbours?.of({ form, place: draft.place, values }, null) ?? [];
  if (found.length === 0) return null;
  return (
    <div role="status">
      <Banner tone="attention" icon="info" title={t("alike.maybe")}>
        <ul class="plain small">
          {found.slice(0, 3).map(({ record }) => (
            <li key={record.id}>
              <a href={`#/record/${record.id}`}>
                {record.id} · {recordDetail(lookup, record)} · {personName(lookup, record.by)}
              </a>
            </li>
          ))}
        </ul>
        <p class="small">{t("alike.go-on")}</p>
      </Banner>
    </div>
  );
}

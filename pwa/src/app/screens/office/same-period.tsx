/** The figures of the same period a year before, for one report: as the office knows them, and never made up. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { IndicatorDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button } from "../../ui";
import { FigureField } from "./figure-field";
import { changesOf, readFigure, writeFigure } from "./figures";
import type { Compared } from "./reports-data";
import { t } from "./reports-t";

/** To be keyed by its address: another report has figures of its own. */
export function SamePeriod({ path, place }: { path: string; place: number }) {
  const { device } = here().profile;
  const indicators = useLive((store) => store.documents("indicator"), [], ["documents"]);
  const [known, setKnown] = useState<Compared | null>(null);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [told, setTold] = useState<{ good: boolean; words: string } | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    api<Compared>("GET", path, undefined, device).then(setKnown, (error: unknown) => setTold({ good: false, words: explain(error) }));
  }, [path]);
  const save = async (): Promise<void> => {
    if (!known || Object.values(texts).some((text) => !readFigure(text).ok)) return;
    const changes = changesOf(known.values, texts);
    setTold(null);
    if (!changes.length) {
      setTold({ good: true, words: t("baseline.same") });
      return;
    }
    setBusy(true);
    try {
      const values = Object.fromEntries(changes.map((change) => [change.code, change.after]));
      setKnown(await api<Compared>("PUT", path, { values }, device));
      setTexts({});
      setTold({ good: true, words: t("same.saved") });
    } catch (error) {
      setTold({ good: false, words: `${explain(error)} ${t("baseline.kept")}` });
    }
    setBusy(false);
  };
  return (
    <details>
      <summary>{t("same.title")}</summary>
      <form
        class="figures"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p class="soft small">{t(known && !known.mine ? "same.others" : "same.text")}</p>
        {known &&
          Object.keys(known.values).map((code) => (
            <FigureField
              key={code}
              label={nameOf(code, place, indicators)}
              text={texts[code] ?? writeFigure(known.values[code] ?? null)}
              locked={!known.mine || known.fixed.includes(code)}
              change={(text) => setTexts({ ...texts, [code]: text })}
            />
          ))}
        {known && known.fixed.length > 0 && <p class="soft small">{t("same.fixed")}</p>}
        {known?.by && known.at && <p class="soft small">{t("same.by", { name: known.by, at: formatMoment(known.at) })}</p>}
        {told && <Banner tone={told.good ? "good" : "problem"} live title={told.words} />}
        {known?.mine && (
          <Button type="submit" icon="check" busy={busy}>
            {t("same.save")}
          </Button>
        )}
      </form>
    </details>
  );
}

function nameOf(code: string, place: number, indicators: readonly IndicatorDocument[] | undefined): string {
  const named = indicators?.find((one) => one.code === code && one.place === place) ?? indicators?.find((one) => one.code === code);
  return localized(named?.name) || code;
}

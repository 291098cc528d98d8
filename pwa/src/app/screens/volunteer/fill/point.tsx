/** A GPS point: one tap, the accuracy kept, and plain words when the phone does not give one. Never tracked. */
import { useState } from "preact/hooks";
import { showPoint } from "../../../data/values";
import { formatNumber } from "../../../i18n/format";
import { Banner, Button } from "../../../ui";
import type { ControlProps } from "./control";
import { t } from "./t";
import { readDecimal } from "./typed";
import { Lost, typedPoint, whereAmI, type Trouble } from "./where";

/** Metres; beyond this it is worth saying that a second try in the open may do better. */
const COARSE = 100;

export function NoPlace({ trouble }: { trouble: Trouble | null }) {
  if (!trouble) return null;
  return (
    <Banner tone="attention" live title={t(`point.${trouble}`)}>
      <p>{t("point.skip")}</p>
    </Banner>
  );
}

/** Asking for the place, with what stands in the way. */
export function usePlace(take: (point: string) => void) {
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ask = () => {
    setTrouble(null);
    setAsking(true);
    whereAmI()
      .then(take)
      .catch((error: unknown) => setTrouble(error instanceof Lost ? error.trouble : "unavailable"))
      .finally(() => setAsking(false));
  };
  return { asking, trouble, ask };
}

/** Degrees by hand, from a map or another device. */
export function ByHand({ id, take }: { id: string; take: (point: string) => void }) {
  const [typed, setTyped] = useState({ latitude: "", longitude: "" });
  const [wrong, setWrong] = useState(false);
  const give = () => {
    const [latitude, longitude] = [readDecimal(typed.latitude), readDecimal(typed.longitude)];
    const point = typeof latitude === "number" && typeof longitude === "number" ? typedPoint(latitude, longitude) : null;
    setWrong(point === null);
    if (point === null) return;
    setTyped({ latitude: "", longitude: "" });
    take(point);
  };
  const box = (which: "latitude" | "longitude") => (
    <div class="field">
      <label class="small" for={`${id}-${which}`}>
        {t(`point.${which}`)}
      </label>
      <input
        id={`${id}-${which}`}
        class="input"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={typed[which]}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? `${id}-degrees` : undefined}
        onInput={(event) => setTyped({ ...typed, [which]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <details class="fold">
      <summary>{t("point.by-hand")}</summary>
      <div class="pair">
        {box("latitude")}
        {box("longitude")}
      </div>
      <p class={wrong ? "field-error" : undefined} role="status" id={`${id}-degrees`}>
        {wrong && t("point.no-degrees")}
      </p>
      <Button icon="check" onClick={give}>
        {t("point.take")}
      </Button>
    </details>
  );
}

export function Point({ shown, id, change }: ControlProps) {
  const { value } = shown;
  const { asking, trouble, ask } = usePlace((point) => change(point, false));
  const accuracy = typeof value === "string" ? Number(value.split(" ")[3] ?? 0) : 0;
  return (
    <div class="stack" data-gap="small">
      <div role="status">
        {asking && <p class="soft">{t("point.asking")}</p>}
        {!asking && typeof value === "string" && <p class="point">{showPoint(value)}</p>}
        {!asking && accuracy > COARSE && <p class="soft small">{t("point.coarse", { metres: formatNumber(Math.round(accuracy)) })}</p>}
      </div>
      <NoPlace trouble={trouble} />
      <div class="row">
        <Button icon="pin" busy={asking} onClick={ask}>
          {t(value === undefined ? "point.get" : "point.again")}
        </Button>
        {value !== undefined && (
          <Button kind="quiet" icon="cross" onClick={() => change(null, false)}>
            {t("fill.clear")}
          </Button>
        )}
      </div>
      <ByHand id={id} take={(point) => change(point, false)} />
    </div>
  );
}

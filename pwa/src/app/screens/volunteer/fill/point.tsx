/** A GPS point: one tap, the accuracy kept, and plain words when the phone does not give one. Never tracked. */
import { useState } from "preact/hooks";
import type { Value } from "../../../../shared/protocol";
import { showPoint } from "../../../data/values";
import { formatNumber } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { Banner, Button } from "../../../ui";

type Trouble = "refused" | "unavailable" | "timeout" | "unsupported";

const LONGEST_WAIT = 30_000;
/** Metres; beyond this it is worth saying that a second try in the open may do better. */
const COARSE = 100;

/** 'latitude longitude altitude accuracy' in degrees and metres, as ODK writes it. */
function asPoint({ latitude, longitude, altitude, accuracy }: GeolocationCoordinates): string {
  const within = Math.min(Math.max(accuracy, 0), 999_999);
  return `${latitude.toFixed(6)} ${longitude.toFixed(6)} ${(altitude ?? 0).toFixed(1)} ${within.toFixed(1)}`;
}

function troubleOf(error: GeolocationPositionError): Trouble {
  if (error.code === error.PERMISSION_DENIED) return "refused";
  return error.code === error.TIMEOUT ? "timeout" : "unavailable";
}

export function Point({ value, change }: { value: Value | undefined; change: (value: Value | null, soon: boolean) => void }) {
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ask = () => {
    setTrouble(null);
    if (!("geolocation" in navigator)) {
      setTrouble("unsupported");
      return;
    }
    setAsking(true);
    navigator.geolocation.getCurrentPosition(
      (position) => {
        setAsking(false);
        change(asPoint(position.coords), false);
      },
      (error) => {
        setAsking(false);
        setTrouble(troubleOf(error));
      },
      { enableHighAccuracy: true, timeout: LONGEST_WAIT, maximumAge: 0 },
    );
  };
  const accuracy = typeof value === "string" ? Number(value.split(" ")[3] ?? 0) : 0;
  return (
    <div class="stack" data-gap="small">
      <div role="status">
        {asking && <p class="soft">{t("point.asking")}</p>}
        {!asking && typeof value === "string" && <p class="point">{showPoint(value)}</p>}
        {!asking && accuracy > COARSE && <p class="soft small">{t("point.coarse", { metres: formatNumber(Math.round(accuracy)) })}</p>}
      </div>
      {trouble && (
        <Banner tone="attention" live title={t(`point.${trouble}`)}>
          <p>{t("point.skip")}</p>
        </Banner>
      )}
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
    </div>
  );
}

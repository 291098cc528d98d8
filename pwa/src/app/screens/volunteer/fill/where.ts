/** Where the phone is, asked once. */

export type Trouble = "refused" | "unavailable" | "timeout" | "unsupported";

export class Lost extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

const LONGEST_WAIT = 30_000;

/** 'latitude longitude altitude accuracy' in degrees and metres, as ODK writes it. */
export function asPoint({ latitude, longitude, altitude, accuracy }: GeolocationCoordinates): string {
  const within = Math.min(Math.max(accuracy, 0), 999_999);
  return `${latitude.toFixed(6)} ${longitude.toFixed(6)} ${(altitude ?? 0).toFixed(1)} ${within.toFixed(1)}`;
}

/** 'latitude longitude' typed by hand; null: these are no degrees. */
export function typedPoint(latitude: number, longitude: number): string | null {
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return null;
  return `${Number(latitude.toFixed(7))} ${Number(longitude.toFixed(7))}`;
}

export function troubleOf(error: GeolocationPositionError): Trouble {
  if (error.code === error.PERMISSION_DENIED) return "refused";
  return error.code === error.TIMEOUT ? "timeout" : "unavailable";
}

/** Asks once; rejects with `Lost`. */
export function whereAmI(): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!("geolocation" in navigator)) {
      reject(new Lost("unsupported"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      (position) => resolve(asPoint(position.coords)),
      (error) => reject(new Lost(troubleOf(error))),
      { enableHighAccuracy: true, timeout: LONGEST_WAIT, maximumAge: 0 },
    );
  });
}

/** A line or an area: points taken where one stands, by hand, or one after the other while walking. No map is needed. */
import { useEffect, useRef, useState } from "preact/hooks";
import { showPoint } from "../../../data/values";
import { Button } from "../../../ui";
import type { ControlProps } from "./control";
import { ByHand, NoPlace, usePlace } from "./point";
import { t } from "./t";
import { apart, closed, opened } from "./track-points";
import { asPoint, troubleOf, type Trouble } from "./where";

/** Metres that one must have walked before the next point is taken. */
const STEP = 10;

export function Track({ shown, id, change }: ControlProps) {
  const area = shown.node.t === "geoshape";
  const points = opened(shown.value, area);
  const latest = useRef(points);
  latest.current = points;
  const give = (next: readonly string[]) => {
    latest.current = [...next];
    change(next.length ? closed(next, area) : null, false);
  };
  const add = (point: string) => give([...latest.current, point]);
  const { asking, trouble, ask } = usePlace(add);
  const walk = useWalk((point) => {
    const last = latest.current.at(-1);
    if (last === undefined || apart(last, point) >= STEP) add(point);
  });
  const least = area ? 3 : 2;
  return (
    <div class="stack" data-gap="small">
      <p class="soft small" role="status">
        {points.length < least ? t(area ? "track.least-area" : "track.least-line", { count: points.length }) : t("track.points", { count: points.length })}
      </p>
      {points.length > 0 && (
        <ol class="points">
          {points.map((point, place) => (
            <li key={`${place}-${point}`}>
              <span>
                {place + 1}. {showPoint(point)}
              </span>
              <Button kind="quiet" icon="cross" label={t("track.remove", { number: place + 1 })} onClick={() => give(points.filter((_, each) => each !== place))}>
                {""}
              </Button>
            </li>
          ))}
        </ol>
      )}
      <NoPlace trouble={trouble ?? walk.trouble} />
      <div class="row">
        <Button icon="pin" busy={asking} onClick={ask}>
          {t(asking ? "track.asking" : "track.add")}
        </Button>
        <Button icon={walk.walking ? "hold" : "arrow"} onClick={walk.toggle}>
          {t(walk.walking ? "track.stop" : "track.walk")}
        </Button>
      </div>
      <ByHand id={id} take={add} />
    </div>
  );
}

/** Follows the phone while it is told to, and never longer than the question is on the screen. */
function useWalk(take: (point: string) => void) {
  const [walking, setWalking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const taking = useRef(take);
  taking.current = take;
  useEffect(() => {
    if (!walking) return;
    const watch = navigator.geolocation.watchPosition(
      (position) => taking.current(asPoint(position.coords)),
      (error) => {
        setTrouble(troubleOf(error));
        setWalking(false);
      },
      { enableHighAccuracy: true, maximumAge: 0 },
    );
    return () => navigator.geolocation.clearWatch(watch);
  }, [walking]);
  const toggle = () => {
    setTrouble("geolocation" in navigator ? null : "unsupported");
    setWalking(!walking && "geolocation" in navigator);
  };
  return { walking, trouble, toggle };
}

/** A long list, drawn a part at a time: five thousand rows at once are seconds of work that nobody looks at. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Button } from "./button";
import { List } from "./surface";

const FIRST = 30;
/** So few at a time fit into one frame of a slow phone. */
const STEP = 5;
/** What a tap on the button draws. */
const PART = 50;
/** The next rows are drawn when their place is this near: before a thumb gets there. */
const AHEAD = "1500px";

export interface GrowingListProps<Item> {
  label: string;
  items: readonly Item[];
  row: (item: Item) => ComponentChildren;
  /** What the button says that draws the next part for whoever doesn't scroll. */
  more: string;
}

export function GrowingList<Item>({ label, items, row, more }: GrowingListProps<Item>) {
  const [wanted, setWanted] = useState(FIRST);
  const end = useRef<HTMLDivElement>(null);
  // What is drawn already is the same again: then Preact doesn't look at it.
  const rows = useMemo<ComponentChildren[]>(() => [], [items, row]);
  for (const item of items.slice(rows.length, wanted)) rows.push(row(item));
  const left = items.length > wanted;
  const grow = (by: number): void => setWanted((many) => many + by);
  useEffect(() => {
    if (!left || !end.current) return;
    const watch = new IntersectionObserver(([seen]) => seen?.isIntersecting && grow(STEP), { rootMargin: AHEAD });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [left, wanted]);
  return (
    <>
      <List label={label}>{rows.slice()}</List>
      {left && (
        <div ref={end}>
          <Button onClick={() => grow(PART)}>{more}</Button>
        </div>
      )}
    </>
  );
}

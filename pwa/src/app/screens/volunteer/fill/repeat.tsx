/** A repeat: its items one below the other, folded up where there are many; added, and taken out after a question. */
import { useState } from "preact/hooks";
import type { Shown, ShownItem } from "../../../../forms";
import { isEmpty } from "../../../../forms";
import { Button, Dialog, Icon } from "../../../ui";
import { showValue } from "../../../data/values";
import { wrongIn, type Telling } from "./filling";
import { goTo } from "./go-to";
import { Parts, useFilling } from "./parts";
import { t } from "./t";
import { useWords, Words } from "./words";

/** With more items than this they are folded up until one is opened. */
const OPEN_ALL = 2;

interface RepeatProps {
  shown: Shown;
  telling: Telling;
}

export function Repeat({ shown, telling }: RepeatProps) {
  const filling = useFilling();
  const words = useWords();
  const [leaving, setLeaving] = useState<ShownItem | null>(null);
  const items = shown.items ?? [];
  const name = words(shown.label) || shown.node.name;
  const remove = () => {
    if (!leaving) return;
    filling.remove(leaving.path);
    setLeaving(null);
    document.getElementById(addId(shown.path))?.focus();
  };
  const number = leaving ? items.findIndex((item) => item.id === leaving.id) + 1 : 0;
  return (
    <section class="repeat" aria-label={name} data-path={shown.path}>
      <h2>
        <Words text={shown.label} />
        {!words(shown.label) && shown.node.name} <span class="soft">{t("repeat.count", { count: items.length })}</span>
      </h2>
      {items.length === 0 && <p class="soft">{t(shown.canAdd ? "repeat.empty" : "repeat.bound")}</p>}
      {items.map((item, place) => (
        <Item
          key={item.id}
          name={t("repeat.item", { label: name, number: place + 1 })}
          item={item}
          telling={telling}
          open={filling.opened.value.get(item.path) ?? items.length <= OPEN_ALL}
          remove={shown.canRemove ? () => setLeaving(item) : null}
        />
      ))}
      {shown.canAdd && (
        <div id={addId(shown.path)} tabIndex={-1}>
          <Button icon="plus" onClick={() => goTo(filling.add(shown.path))}>
            {t("repeat.add", { label: name })}
          </Button>
        </div>
      )}
      <Dialog
        open={leaving !== null}
        title={t("repeat.remove.title", { label: name, number })}
        onClose={() => setLeaving(null)}
        actions={
          <>
            <Button kind="danger" onClick={remove}>
              {t("repeat.remove.yes")}
            </Button>
            <Button onClick={() => setLeaving(null)}>{t("fill.discard.no")}</Button>
          </>
        }
      >
        <p>{t("repeat.remove.text")}</p>
      </Dialog>
    </section>
  );
}

function addId(path: string): string {
  return `add-${path.replace(/\//g, "--")}`;
}

interface ItemProps {
  name: string;
  item: ShownItem;
  telling: Telling;
  open: boolean;
  remove: (() => void) | null;
}

function Item({ name, item, telling, open, remove }: ItemProps) {
  const filling = useFilling();
  const wrong = telling.all ? wrongIn(item.children).length : 0;
  return (
    <div class="repeat-item card questions" data-path={item.path} role="group" aria-label={name}>
      <button class="repeat-head" type="button" aria-expanded={open} onClick={() => filling.open(item.path, !open)}>
        <span class="item-body">
          <span class="item-title">{name}</span>
          {!open && <Summary item={item} />}
          {!open && wrong > 0 && <span class="field-error small">{t("repeat.wrong", { count: wrong })}</span>}
        </span>
        <Icon name={open ? "up" : "down"} />
      </button>
      {open && (
        <>
          <Parts shown={item.children} telling={telling} />
          {remove && (
            <div>
              <Button kind="quiet" icon="cross" onClick={remove}>
                {t("repeat.remove", { label: name })}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

const SUMMED = 3;

/** The first answers of an item, as one line. */
function Summary({ item }: { item: ShownItem }) {
  const leaves = (shown: readonly Shown[]): Shown[] => shown.flatMap((each) => [each, ...leaves(each.children ?? [])]);
  const said = leaves(item.children)
    .filter((each) => !isEmpty(each.value) && each.node.t !== "repeat")
    .slice(0, SUMMED)
    .map((each) => showValue(each.node, each.value, each.choices));
  return <span class="small soft">{said.join(" · ") || t("value.none")}</span>;
}

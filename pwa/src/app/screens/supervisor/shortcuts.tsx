/** What the keys of the desk do, one key away ('?'), and the switch that turns them off. */
import { useState } from "preact/hooks";
import { Button, Dialog } from "../../ui";
import { keysOn, switchKeys, useKeys } from "./keys";
import { t } from "./t";

function Meanings() {
  const meanings = [
    ["J", "next"],
    ["K", "previous"],
    ["Enter", "open"],
    ["A", "approve"],
    ["R", "return"],
    ["N", "after"],
    ["X", "pick"],
    ["?", "list"],
  ] as const;
  return (
    <dl class="shortcuts">
      {meanings.map(([key, meaning]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{t(`keys.${meaning}`)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Shortcuts() {
  const [open, setOpen] = useState(false);
  const on = keysOn.value;
  useKeys({ "?": () => setOpen(true) });
  const close = (): void => setOpen(false);
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {t("keys.title")}
        {on && <kbd aria-hidden="true">?</kbd>}
      </Button>
      <Dialog open={open} title={t("keys.title")} onClose={close} actions={<Button onClick={close}>{t("app.close")}</Button>}>
        <label class="shortcuts-switch">
          <input type="checkbox" checked={on} onChange={(event) => switchKeys(event.currentTarget.checked)} />
          <span>{t("keys.on")}</span>
        </label>
        {on && <Meanings />}
      </Dialog>
    </>
  );
}

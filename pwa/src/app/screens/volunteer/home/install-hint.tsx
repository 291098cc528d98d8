import { signal } from "@preact/signals";
import { t } from "../../../i18n/t";
import { recall, remember } from "../../../remembered";
import { canInstall, install, installed, onApple } from "../../../shell/install";
import { Banner, Button } from "../../../ui";

const HIDDEN = "ben-install-hint";
const hidden = signal(recall(HIDDEN) === "hidden");

/** Once and quietly: the app can live on the home screen. */
export function InstallHint() {
  if (hidden.value || installed()) return null;
  const apple = onApple();
  if (!canInstall.value && !apple) return null;
  return (
    <Banner icon="phone" title={t("install.title")}>
      <p>{t(apple ? "install.apple" : "install.text")}</p>
      <div class="row">
        {!apple && <Button onClick={install}>{t("install.button")}</Button>}
        <Button
          kind="quiet"
          onClick={() => {
            hidden.value = true;
            remember(HIDDEN, "hidden");
          }}
        >
          {t("install.later")}
        </Button>
      </div>
    </Banner>
  );
}

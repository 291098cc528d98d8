/** Something of this phone is being read or fetched. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/t";
import { Button } from "./button";
import { Banner } from "./surface";

/** Milliseconds that even a slow phone doesn't need for a screen. */
const PATIENCE = 15_000;

/**
 * Says that a screen is being opened, and when that takes too long (another tab keeps the database, the phone's storage
 * doesn't answer) that nothing is lost and what one can do. `titled`: the page's title has the first words already.
 */
export function Loading({ titled, patience = PATIENCE }: { titled?: boolean; patience?: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), patience);
    return () => clearTimeout(timer);
  }, []);
  if (!slow) {
    return titled ? null : (
      <p class="soft" role="status">
        {t("app.loading")}
      </p>
    );
  }
  return (
    <Banner tone="attention" live title={t("app.slow")}>
      <p>{t("app.slow.text")}</p>
      <Button icon="sync" onClick={() => location.reload()}>
        {t("app.retry")}
      </Button>
    </Banner>
  );
}

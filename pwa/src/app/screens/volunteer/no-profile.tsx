/** Nobody has enrolled on this phone: what the app is and how to begin. */
import { t } from "../../i18n/t";
import { chooseLanguage } from "../../i18n/common";
import { storageProblem } from "../../session";
import { Banner, EmptyState, LanguageChoice, Page } from "../../ui";

export function NoProfile() {
  return (
    <Page title={t("welcome.title")} lead={<p class="soft">{t("welcome.text")}</p>}>
      {storageProblem.value && (
        <Banner tone="problem" live title={t("welcome.no-storage")}>
          <p>{t("welcome.no-storage.text")}</p>
        </Banner>
      )}
      <EmptyState icon="boat" title={t("welcome.link")}>
        <p>{t("welcome.link.text")}</p>
      </EmptyState>
      <LanguageChoice choose={(chosen) => void chooseLanguage(chosen)} />
    </Page>
  );
}

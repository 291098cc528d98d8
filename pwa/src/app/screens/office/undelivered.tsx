/** Whom web push didn't reach, and what to do: the messages stand in their lists anyway. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { NetworkError } from "../../../shared/problem";
import { KINDS } from "../../data/webpush";
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { formatMoment } from "../../i18n/format";
import { undelivered } from "../../i18n/undelivered";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, EmptyState, Page } from "../../ui";
import "./office.css";

const t = translator(common, undelivered);
const REASONS = ["busy", "silent", "refused"] as const;

interface Unreached {
  readonly device: number;
  readonly person: { readonly id: number; readonly name: string };
  readonly messages: number;
  readonly kinds: Readonly<Partial<Record<string, number>>>;
  readonly reasons: Readonly<Partial<Record<string, number>>>;
  readonly since: string;
}

interface Answer {
  readonly messages: number;
  readonly phones: readonly Unreached[];
}

function PhoneCard({ phone }: { phone: Unreached }) {
  return (
    <li class="card">
      <div>
        <h2>{phone.person.name}</h2>
        <p class="small soft">{t("undelivered.phone", { number: String(phone.device), count: phone.messages, since: formatMoment(phone.since) })}</p>
      </div>
      <ul class="small">
        {KINDS.filter((kind) => phone.kinds[kind]).map((kind) => (
          <li key={kind}>{t(`undelivered.kind.${kind}`, { count: phone.kinds[kind] ?? 0 })}</li>
        ))}
      </ul>
      {REASONS.filter((reason) => phone.reasons[reason]).map((reason) => (
        <p key={reason} class="small">
          {t(`undelivered.${reason}`)}
        </p>
      ))}
    </li>
  );
}

export default function Undelivered() {
  const { profile } = here();
  const [found, setFound] = useState<Answer | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const look = async (): Promise<void> => {
    try {
      setFound(await api<Answer>("GET", "/api/webpush/undelivered", undefined, profile.device));
      setTrouble(null);
    } catch (error) {
      setTrouble(error instanceof NetworkError ? t("undelivered.online") : explain(error));
    }
  };
  useEffect(() => void look(), []);
  return (
    <Page title={t("undelivered.title")} back="office" width="wide">
      {trouble && (
        <Banner tone="attention" icon="offline" live title={trouble}>
          <Button icon="sync" onClick={look}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {!found && !trouble && <p class="soft">{t("app.loading")}</p>}
      {found?.phones.length === 0 && (
        <EmptyState icon="check" title={t("undelivered.none")}>
          <p>{t("undelivered.none.text")}</p>
        </EmptyState>
      )}
      {found && found.phones.length > 0 && (
        <>
          <Banner icon="bell" title={t("undelivered.count", { messages: found.messages, phones: found.phones.length })}>
            <p>{t("undelivered.text")}</p>
          </Banner>
          <ul class="people">
            {found.phones.map((phone) => (
              <PhoneCard key={phone.device} phone={phone} />
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

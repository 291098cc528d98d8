/** A newcomer scans the code of their enrolment link, or types the link; what it is for is told by the next screen. */
import { useState } from "preact/hooks";
import { translator } from "../../i18n";
import { codes } from "../../i18n/codes";
import { common } from "../../i18n/common";
import { go } from "../../router";
import { token } from "../../shell/token";
import { Banner, Button, Field, Page, describedBy } from "../../ui";
import { invitationIn, type Seen } from "./scanner/invitation";
import { FromPicture, Scanner, type Trouble } from "./scanner/scanner";

const t = translator(common, codes);
type Other = Exclude<Seen, { kind: "invitation" }>;
/** Of a code that is something else as much is told as makes it known again. */
const TOLD = 80;

export default function Scan() {
  const [scanning, setScanning] = useState(true);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [other, setOther] = useState<Other | null>(null);
  const end = (why: Trouble | null, seen: Other | null = null) => {
    setScanning(false);
    setTrouble(why);
    setOther(seen);
  };
  const take = (text: string) => {
    const seen = invitationIn(text, location.origin);
    if (seen.kind !== "invitation") {
      end(null, seen);
      return;
    }
    token.value = seen.token; // Never by the address: the token would stay in the history.
    go("enrol", { replace: true });
  };
  const again = () => {
    end(null);
    setScanning(true);
  };
  return (
    <Page title={t("scan.title")} back="" lead={<p class="soft">{t("scan.text")}</p>}>
      {trouble && (
        <Banner tone="attention" live title={t(`code.${trouble}`)}>
          <p>{t(`scan.${trouble}`)}</p>
        </Banner>
      )}
      {other && <Told other={other} />}
      <div class="row">
        <Button kind="primary" icon="code" onClick={again}>
          {t(trouble || other ? "scan.again" : "scan.start")}
        </Button>
        <FromPicture found={take} failed={(why) => end(why)} />
      </div>
      <ByHand take={take} />
      {scanning && <Scanner found={take} stop={(why) => end(why)} />}
    </Page>
  );
}

function Told({ other }: { other: Other }) {
  if (other.kind === "elsewhere") {
    return (
      <Banner tone="attention" live title={t("scan.elsewhere", { origin: other.origin })}>
        <p>{t("scan.elsewhere.text", { here: location.origin })}</p>
      </Banner>
    );
  }
  const text = other.text.length > TOLD ? `${other.text.slice(0, TOLD)}…` : other.text;
  return (
    <Banner tone="attention" live title={t("scan.none")}>
      <p class="read">{t("scan.none.text", { text })}</p>
    </Banner>
  );
}

function ByHand({ take }: { take: (text: string) => void }) {
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const error = missing && !text.trim() ? t("scan.empty") : undefined;
  const hint = t("scan.link.hint");
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(true);
        if (text.trim()) take(text);
      }}
    >
      <Field id="scan-link" label={t("scan.link")} hint={hint} error={error}>
        <textarea
          id="scan-link"
          class="input"
          rows={3}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={text}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy("scan-link", hint, error)}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <Button type="submit">{t("scan.go")}</Button>
    </form>
  );
}

/** A one-time link, shown this once: scanned from this screen, shared or copied, and known until when it works. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { formatMoment } from "../../i18n/format";
import { Banner, Button, Dialog, Field } from "../../ui";
import type { Link } from "./people-data";
import { QrCode } from "./qr-code";
import { t } from "./t";

export interface LinkDialogProps {
  given: { readonly name: string; readonly link: Link } | null;
  close: () => void;
}

export function LinkDialog({ given, close }: LinkDialogProps) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const top = useRef<HTMLParagraphElement>(null);
  // A dialog gives its focus to the box, and on a small phone scrolls the code away with it.
  useEffect(() => top.current?.focus(), [given]);
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  const url = given?.link.url ?? "";
  const copy = async (): Promise<void> => {
    box.current?.select();
    try {
      await navigator.clipboard.writeText(url);
      setCopied("yes");
    } catch {
      setCopied("no");
    }
  };
  const share = async (): Promise<void> => {
    try {
      await navigator.share({ text: t("people.link.message"), url });
    } catch {
      // They closed the phone's sheet: nothing was shared, the link is still here.
    }
  };
  const shareable = typeof navigator.share === "function";
  return (
    <Dialog
      open={given !== null}
      title={t("people.link.title", { name: given?.name ?? "" })}
      onClose={() => {
        setCopied(null);
        close();
      }}
      actions={
        <>
          {shareable && (
            <Button kind="primary" icon="send" onClick={share}>
              {t("people.link.share")}
            </Button>
          )}
          <Button kind={shareable ? "secondary" : "primary"} icon={copied === "yes" ? "check" : "form"} onClick={copy}>
            {t(copied === "yes" ? "people.link.copied" : "people.link.copy")}
          </Button>
          <Button onClick={close}>{t("app.close")}</Button>
        </>
      }
    >
      <p ref={top} tabIndex={-1}>
        {t("people.link.text")}
      </p>
      <QrCode text={url} label={t("people.link.code", { name: given?.name ?? "" })} />
      <p class="small soft">{t("people.link.scan")}</p>
      <Field id={id} label={t("people.link.field")}>
        <textarea id={id} ref={box} class="input link-box" rows={3} readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </Field>
      <p role="status" class="small">
        <strong>{given && t("people.link.expires", { at: formatMoment(given.link.expires) })}</strong>
        {copied === "yes" && ` · ${t("people.link.copied")}`}
      </p>
      {copied === "no" && <Banner tone="attention" live title={t("people.link.select")} />}
    </Dialog>
  );
}

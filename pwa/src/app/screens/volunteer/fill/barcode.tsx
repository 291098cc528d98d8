/** A bar code or QR code: read by the camera where the phone can, from a picture of it, or typed by hand. */
import { useState } from "preact/hooks";
import { Banner, Button } from "../../../ui";
import { FromPicture, Scanner, type Trouble } from "../scanner/scanner";
import { tied, type ControlProps } from "./control";
import { t } from "./t";
import { useTyped } from "./use-typed";

export function Barcode(props: ControlProps) {
  const { shown, id, change, leave } = props;
  const [scanning, setScanning] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const typed = useTyped({ text: typeof shown.value === "string" ? shown.value : "", read: (text) => text || null, change, leave });
  const found = (code: string) => {
    setScanning(false);
    setTrouble(null);
    change(code, false);
  };
  const stop = (why: Trouble | null) => {
    setScanning(false);
    setTrouble(why);
  };
  return (
    <div class="stack" data-gap="small">
      <input id={id} class="input" type="text" autocomplete="off" autocapitalize="off" spellcheck={false} {...tied(props)} {...typed} />
      <div class="row">
        <Button
          icon="code"
          onClick={() => {
            setTrouble(null);
            setScanning(true);
          }}
        >
          {t("code.scan")}
        </Button>
        <FromPicture found={found} failed={setTrouble} />
      </div>
      {trouble && (
        <Banner tone="attention" live title={t(`code.${trouble}`)}>
          <p>{t("code.by-hand")}</p>
        </Banner>
      )}
      {scanning && <Scanner found={found} stop={stop} />}
    </div>
  );
}

/** A form as a phone shows it, tried out: nothing of it is kept or sent. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { CompiledForm } from "../../../shared/form";
import { localized } from "../../i18n";
import { here } from "../../session";
import { Banner, Button, Page } from "../../ui";
import { formFile } from "../../data/form-files";
import { Filling } from "../volunteer/fill/filling";
import { FormView, Steps, useSheets } from "../volunteer/fill/form-view";
import { compiled } from "./forms-data";
import { explain, t } from "./forms-t";
import "./forms.css";

export default function FormPreview({ parameters }: { parameters: Record<string, string> }) {
  const version = Number(parameters["version"]);
  const { profile } = here();
  const [form, setForm] = useState<CompiledForm | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    compiled(version, profile.device).then(setForm, (error: unknown) => setTrouble(explain(error)));
  }, [version]);
  return (
    <Page title={form ? localized(form.title) : t("forms.preview")} back="forms" lead={<p class="soft">{t("forms.preview.text")}</p>}>
      {trouble && <Banner tone="problem" live title={trouble} />}
      {!form && !trouble && <p class="soft">{t("app.loading")}</p>}
      {form && <Tried key={version} form={form} version={version} />}
    </Page>
  );
}

function Tried({ form, version }: { form: CompiledForm; version: number }) {
  const { store, profile } = here();
  const [page, setPage] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const [told, setTold] = useState<"good" | "wrong" | null>(null);
  const filling = useMemo(() => {
    let next = 1;
    const around = {
      now: () => store.now(),
      zone: store.zone,
      newItem: () => `${profile.device}-${next++}`,
      random: Math.random,
      about: { deviceid: `ben:${profile.device}`, username: profile.person.name },
    };
    return new Filling({ form, around, values: null, changed: () => setTold(null) });
  }, [form, round]);
  const sheets = useSheets(filling, page, (key) => setPage(key));
  const file = useMemo(() => (name: string) => formFile(version, name, profile.device), [version]);
  const check = (): void => {
    filling.askAll();
    const first = filling.wrong.peek()[0];
    setTold(first ? "wrong" : "good");
    if (first) sheets.show(first);
  };
  return (
    <div class="phone-frame stack" key={round}>
      <FormView filling={filling} sheets={sheets} file={file} />
      {told && <Banner tone={told === "good" ? "good" : "attention"} live title={t(told === "good" ? "forms.preview.good" : "forms.preview.wrong")} />}
      <Steps sheets={sheets}>
        <Button kind="primary" icon="check" onClick={check}>
          {t("forms.preview.check")}
        </Button>
      </Steps>
      <Button
        kind="quiet"
        onClick={() => {
          setPage(null);
          setTold(null);
          setRound(round + 1);
        }}
      >
        {t("forms.preview.again")}
      </Button>
    </div>
  );
}

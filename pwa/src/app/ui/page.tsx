import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n/t";
import { barBack } from "../shell/bar";

export interface PageProps {
  title: string;
  /** Where the arrow in the bar goes; absent on the screens of the navigation itself. */
  back?: string;
  /** `wide`: lists beside details, tables. */
  width?: "wide";
  /** The screen draws its own heading. */
  bare?: boolean;
  lead?: ComponentChildren;
  /** False: not a screen that help tells of. */
  help?: boolean;
  children: ComponentChildren;
}

/** Opens the screen's help: fetched when it is asked for, and kept for use without network with the rest of the app. */
function Help() {
  const [missing, setMissing] = useState(false);
  const open = () =>
    import("../help/sheet")
      .then(({ openHelp }) => openHelp())
      .then(
        () => setMissing(false),
        () => setMissing(true),
      );
  return (
    <>
      <button class="help" type="button" aria-label={t("help")} aria-haspopup="dialog" onClick={open} />
      {missing && <p role="alert">{t("problem.network")}</p>}
    </>
  );
}

/** One screen: its heading gets the focus when the screen opens, so that the keyboard and a screen reader start there. */
export function Page({ title, back, width, bare, lead, help = true, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
    barBack.value = back ?? null;
  }, [title, back]);
  return (
    <div class="page" data-width={width}>
      <main id="main">
        <div class="page-head">
          <h1 ref={heading} tabIndex={-1} class={bare ? "sr" : undefined}>
            {title}
          </h1>
          {help && <Help />}
          {lead}
        </div>
        {children}
      </main>
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
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
  children: ComponentChildren;
}

/** One screen: its heading gets the focus when the screen opens, so that the keyboard and a screen reader start there. */
export function Page({ title, back, width, bare, lead, children }: PageProps) {
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
        <div class={bare ? "sr" : "page-head"}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead}
        </div>
        {children}
      </main>
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

interface ButtonLook {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  icon?: IconName;
  wide?: boolean;
  children: ComponentChildren;
}

export interface ButtonProps extends ButtonLook {
  onClick?: () => void | Promise<void>;
  type?: "button" | "submit";
  /** Working: keeps its place and its focus, and does nothing when pressed again. */
  busy?: boolean;
  label?: string;
}

export function Button({ kind = "secondary", icon, wide, children, onClick, type = "button", busy, label }: ButtonProps) {
  return (
    <button
      class="button"
      type={type}
      data-kind={kind}
      data-wide={wide ? "yes" : undefined}
      aria-disabled={busy ? "true" : undefined}
      aria-label={label}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else void onClick?.();
      }}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, so it stays a link for the keyboard and for screen readers. */
export function LinkButton({ kind = "secondary", icon, wide, children, href }: ButtonLook & { href: string }) {
  return (
    <a class="button" href={href} data-kind={kind} data-wide={wide ? "yes" : undefined}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

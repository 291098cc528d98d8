/** Things to put things on: card, banner, empty state, list. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

export function Card({ title, children }: { title?: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      {title && <h2>{title}</h2>}
      {children}
    </section>
  );
}

export type Tone = "calm" | "attention" | "problem" | "good" | "plum";

const TONE_ICON: Record<Tone, IconName> = { calm: "info", attention: "alert", problem: "hold", good: "check", plum: "split" };

export interface BannerProps {
  tone?: Tone;
  title: string;
  icon?: IconName;
  children?: ComponentChildren;
  /** Spoken as soon as it appears. */
  live?: boolean;
}

export function Banner({ tone = "calm", title, icon, children, live }: BannerProps) {
  return (
    <div class="banner" data-tone={tone} role={live ? (tone === "problem" ? "alert" : "status") : undefined}>
      <Icon name={icon ?? TONE_ICON[tone]} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

export function EmptyState({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <strong>{title}</strong>
      {children}
    </div>
  );
}

export function List({ label, children }: { label?: string; children: ComponentChildren }) {
  return (
    <ul class="list" aria-label={label}>
      {children}
    </ul>
  );
}

export interface ListItemProps {
  href?: string;
  icon?: IconName;
  title: ComponentChildren;
  detail?: ComponentChildren;
  /** A state chip or a count, under the title. */
  chip?: ComponentChildren;
  chosen?: boolean;
  /** Shows it in place; without it, and for a new tab, the link is followed. */
  choose?: (() => void) | undefined;
  children?: ComponentChildren;
}

export function ListItem({ href, icon, title, detail, chip, chosen, choose, children }: ListItemProps) {
  const body = (
    <>
      {icon && <Icon name={icon} />}
      <span class="item-body">
        <span class="item-title">{title}</span>
        {detail && <span class="small soft">{detail}</span>}
        {chip}
      </span>
      {children}
      {href && <Icon name="arrow" />}
    </>
  );
  return (
    <li>
      {href ? (
        <a
          class="item"
          href={href}
          aria-current={chosen ? "true" : undefined}
          onClick={(event) => {
            if (!choose || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            choose();
          }}
        >
          {body}
        </a>
      ) : (
        <div class="item">{body}</div>
      )}
    </li>
  );
}

/** Pairs of name and value. */
export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/**
 * Each part of `src/app/ui` in every state that it has, in the app's own words so that all languages can be looked at. A part
 * without an example, and an example that breaks, fail a test.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { chooseLanguage } from "../src/app/i18n/common";
import { t, type WordKey } from "../src/app/i18n/t";
import { STATES, type StateName } from "../src/app/states";
import { Banner, Button, Card, Dialog, describedBy, EmptyState, Facts, Field, GrowingList, Icon, LanguageChoice, LinkButton, List, ListItem, Loading, Page, StateChip, StateChips } from "../src/app/ui";
import { ICON_NAMES } from "../src/app/ui/icon";
import type { ButtonProps } from "../src/app/ui/button";
import type { Tone } from "../src/app/ui/surface";

export interface Example {
  readonly state: string;
  readonly Show: () => ComponentChildren;
}

const KINDS = ["primary", "secondary", "quiet", "danger"] as const;
const TONES: readonly Tone[] = ["calm", "attention", "problem", "good", "plum"];
const STATE_NAMES = Object.keys(STATES) as StateName[];

const LONG: WordKey = "ended.revoked.text";

/** A state of a part that needs no more than its markup. */
function show(state: string, Show: () => ComponentChildren): Example {
  return { state, Show };
}

function button(state: string, props: Omit<ButtonProps, "children">, word: WordKey = "app.retry"): Example {
  return show(state, () => <Button {...props}>{t(word)}</Button>);
}

const buttons: Example[] = [
  ...KINDS.map((kind) => button(kind, { kind })),
  ...KINDS.map((kind) => button(`${kind}, icon`, { kind, icon: "sync" })),
  ...KINDS.map((kind) => button(`${kind}, busy`, { kind, busy: true })),
  button("wide", { kind: "primary", wide: true }),
  button("many words", { kind: "primary", icon: "send" }, LONG),
  button("another name for screen readers", { icon: "cross", label: "Đóng hộp này" }, "app.close"),
];

const linkButtons: Example[] = [
  ...KINDS.map((kind) => show(kind, () => <LinkButton kind={kind} href="#">{t("app.home")}</LinkButton>)),
  show("icon", () => <LinkButton icon="home" href="#">{t("app.home")}</LinkButton>),
  show("wide", () => <LinkButton wide href="#">{t("app.home")}</LinkButton>),
];

interface TextLook {
  hint?: boolean;
  error?: boolean;
  required?: boolean;
  area?: boolean;
  value?: string;
}

function Text({ state, look }: { state: string; look: TextLook }) {
  const id = `text-${state.replace(/\W+/g, "-")}`;
  const hint = look.hint ? t("app.missing.text") : undefined;
  const error = look.error ? t("problem.network") : undefined;
  const control = { id, class: "input", defaultValue: look.value ?? "", "aria-invalid": look.error, "aria-describedby": describedBy(id, hint, error) };
  return (
    <Field id={id} label={t("nav.campaign")} hint={hint} error={error} required={look.required}>
      {look.area ? <textarea {...control} /> : <input {...control} />}
    </Field>
  );
}

function Choices({ type, error }: { type: "radio" | "checkbox"; error?: boolean }) {
  const id = `choices-${type}${error ? "-error" : ""}`;
  return (
    <Field id={id} group label={t("nav.records")} hint={t("app.missing.text")} error={error ? t("problem.network") : undefined} required>
      <div class="choices">
        {(["app.yes", "app.no", "app.unknown", LONG] as const).map((word, place) => (
          <label class="choice" key={word}>
            <input type={type} name={id} defaultChecked={place === 0} />
            <span>{t(word)}</span>
          </label>
        ))}
      </div>
    </Field>
  );
}

const TEXTS: Record<string, TextLook> = {
  plain: {},
  filled: { value: "Xã Ngãi Xuyên" },
  required: { required: true },
  "with a hint": { hint: true },
  "with an error": { error: true, value: "Xã Ngãi Xuyên" },
  "hint and error, required": { hint: true, error: true, required: true },
  "many lines": { area: true, value: "Ấp Xoài Xiêm\nភូមិស្វាយសៀម" },
};

const fields: Example[] = [
  ...Object.entries(TEXTS).map(([state, look]) => show(state, () => <Text state={state} look={look} />)),
  show("one of several", () => <Choices type="radio" />),
  show("some of several, with an error", () => <Choices type="checkbox" error />),
];

function Opened({ danger, long }: { danger?: boolean; long?: boolean }) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("app.yes")}</Button>
      <Dialog
        open={open}
        title={t("update.title")}
        onClose={close}
        actions={
          <>
            <Button kind={danger ? "danger" : "primary"} onClick={close}>{t("update.reload")}</Button>
            <Button onClick={close}>{t("app.cancel")}</Button>
          </>
        }
      >
        {Array.from({ length: long ? 12 : 1 }, (_, place) => <p key={place}>{t(long ? LONG : "update.text")}</p>)}
      </Dialog>
    </>
  );
}

const dialogs: Example[] = [
  show("closed; opens", () => <Opened />),
  show("with a danger", () => <Opened danger />),
  show("longer than the screen", () => <Opened long />),
];

const banners: Example[] = [
  ...TONES.map((tone) => show(tone, () => <Banner tone={tone} title={t("update.title")}>{t("update.text")}</Banner>)),
  show("title only", () => <Banner title={t("update.title")} />),
  show("another icon", () => <Banner icon="sync" title={t("state.sending")} />),
  show("spoken when it appears", () => <Banner live tone="problem" title={t("problem.network")} />),
  show("with a button", () => (
    <Banner tone="attention" title={t("ended.revoked.title")}>
      <p>{t(LONG)}</p>
      <Button icon="send">{t("app.retry")}</Button>
    </Banner>
  )),
];

const item = { title: "Báo nhanh tai nạn giao thông", detail: "Xã Ngãi Xuyên · 16/05/2023" };

const listItems: Example[] = [
  show("title only", () => <ListItem title={item.title} />),
  show("detail and chip", () => <ListItem {...item} chip={<StateChip state="waiting" />} />),
  show("leads somewhere", () => <ListItem {...item} href="#" icon="form" />),
  show("chosen", () => <ListItem {...item} href="#" icon="form" chosen chip={<StateChips states={["approved", "conflict"]} />} />),
  show("chosen in place", () => <ListItem {...item} href="#" icon="form" choose={() => undefined} />),
  show("with a button", () => (
    <ListItem {...item} icon="draft">
      <Button kind="quiet">{t("app.retry")}</Button>
    </ListItem>
  )),
  show("many words", () => <ListItem title={t(LONG)} detail={t(LONG)} href="#" icon="form" />),
].map(({ state, Show }) => show(state, () => <List label={state}><Show /></List>));

const numbers = (many: number): number[] => Array.from({ length: many }, (_, place) => place + 1);
const growing: Example[] = [
  show("all of a short one", () => <GrowingList label={t("records.title")} items={numbers(2)} more={t("records.more")} row={(each) => <ListItem key={each} title={`${item.title} ${each}`} />} />),
  show("the beginning of a long one", () => <GrowingList label={t("records.title")} items={numbers(60)} more={t("records.more")} row={(each) => <ListItem key={each} title={`${item.title} ${each}`} />} />),
];

const rows = (): (readonly [string, ComponentChildren])[] => [
  [t("nav.records"), 12],
  [t("nav.campaign"), t(LONG)],
  [t("nav.outbox"), <StateChip key="waiting" state="waiting" />],
];

/** By the name under which `src/app/ui` gives the part. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  Button: buttons,
  LinkButton: linkButtons,
  StateChip: STATE_NAMES.map((state) => show(state, () => <StateChip state={state} />)),
  StateChips: [show("one", () => <StateChips states={["draft"]} />), show("all", () => <StateChips states={STATE_NAMES} />)],
  Field: fields,
  Dialog: dialogs,
  Banner: banners,
  Card: [
    show("with a title", () => <Card title={t("nav.campaign")}>{t(LONG)}</Card>),
    show("without", () => <Card><Facts rows={rows()} /></Card>),
  ],
  EmptyState: [
    show("words only", () => <EmptyState icon="inbox" title={t("app.missing.title")} />),
    show("with a way on", () => (
      <EmptyState icon="alert" title={t("app.failed.title")}>
        <p>{t("app.failed.text")}</p>
        <Button kind="primary" icon="sync">{t("app.retry")}</Button>
      </EmptyState>
    )),
  ],
  Loading: [show("at first", () => <Loading />), show("too long", () => <Loading patience={0} />)],
  GrowingList: growing,
  List: [show("several", () => <List label={t("nav.records")}>{STATE_NAMES.slice(0, 4).map((state) => <ListItem key={state} {...item} href="#" icon="form" chip={<StateChip state={state} />} />)}</List>)],
  ListItem: listItems,
  Facts: [show("rows", () => <Facts rows={rows()} />)],
  LanguageChoice: [show("the one on the screen", () => <LanguageChoice choose={(chosen) => void chooseLanguage(chosen)} />)],
  Icon: ICON_NAMES.map((name) => show(name, () => <Icon name={name} />)),
  Page: [
    show("with a lead", () => <Page title={t("nav.campaign")} lead={<p class="soft">{t("update.text")}</p>}>{t(LONG)}</Page>),
    show("wide", () => <Page title={t("nav.campaign")} width="wide">{t(LONG)}</Page>),
    show("bare", () => <Page title={t("nav.campaign")} bare>{t(LONG)}</Page>),
  ],
};

import type { ComponentChildren } from "preact";
import { Component } from "preact";
import { useEffect, useState } from "preact/hooks";
import { localized } from "./i18n";
import { formatDate } from "./i18n/format";
import { t } from "./i18n/t";
import { useLive } from "./live";
import { fetchBehind, later } from "./later";
import { address, match, shown, type Parameters, type Route, type Screen } from "./router";
import { ROUTES } from "./routes";
import { here, may, persons, session } from "./session";
import { AppBar, barBack } from "./shell/bar";
import { Navigation } from "./shell/nav";
import { Notices } from "./shell/notices";
import { NoProfile } from "./screens/volunteer/no-profile";
import { Button, EmptyState, LinkButton, Loading, Page } from "./ui";

/** A screen that breaks says so, and takes nothing else with it. */
class Boundary extends Component<{ at: string; children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: { at: string }) {
    if (before.at !== this.props.at && this.state.failed) this.setState({ failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Page title={t("app.failed.title")} help={false}>
        <EmptyState icon="alert" title={t("app.failed.text")}>
          <Button kind="primary" icon="sync" onClick={() => this.setState({ failed: false })}>
            {t("app.retry")}
          </Button>
        </EmptyState>
      </Page>
    );
  }
}

function Opening() {
  return (
    <div class="page">
      <Loading />
    </div>
  );
}

/** Screens whose code is here, so that one that was open before opens again at once. */
const known = new Map<string, Screen>();

function Lazy({ route, parameters }: { route: Route; parameters: Parameters }) {
  const [, setLoaded] = useState("");
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    setFailure(null);
    if (known.has(route.path)) return;
    if (!route.load) return;
    Promise.all([route.load(), fetchBehind()]).then(
      ([found]) => {
        known.set(route.path, found.default);
        setLoaded(route.path);
      },
      (error: unknown) => setFailure(error instanceof Error ? error : new Error(String(error))),
    );
  }, [route]);
  if (failure) throw failure;
  const Opened = known.get(route.path);
  return Opened ? <Opened parameters={parameters} /> : <Opening />;
}

function NotFound() {
  return (
    <Page title={t("app.missing.title")} help={false}>
      <EmptyState icon="anchor" title={t("app.missing.text")}>
        <LinkButton href="#/">{t("app.home")}</LinkButton>
      </EmptyState>
    </Page>
  );
}

function Rehearsal() {
  const { store } = here();
  const campaigns = useLive((opened) => opened.documents("campaign"), [], ["documents"]);
  const rehearsed = campaigns?.find((campaign) => campaign.rehearsal);
  if (!rehearsed) return null;
  return (
    <p class="rehearsal" title={localized(rehearsed.name)}>
      {t("app.rehearsal", { date: formatDate(store.today()) })}
    </p>
  );
}

/** Where those who share a phone choose who is there. */
const CHOICE: Route = { path: "persons", load: later("Persons") };

/** People without a form to fill begin where their work is. */
function startOf(at: string): string {
  if (at !== "" || may("write")) return at;
  if (may("office")) return "office";
  if (may("commend")) return "commendations";
  return may("forms") ? "forms" : "campaign";
}

export function App() {
  const open = session.value;
  const at = open ? startOf(address.value) : address.value;
  const found = match(ROUTES, at);
  // A screen that has the phone to itself keeps what it holds while its address turns from page to page.
  const screenKey = found?.route.focused ? at.split("?")[0] : at;
  useEffect(() => {
    scrollTo(0, 0);
    if (!found) barBack.value = null;
  }, [screenKey]);
  if (open === undefined) return <Opening />;
  const gated = !open && !found?.route.open;
  const navigation = open !== null && !found?.route.focused && !found?.route.open;
  const screen = found?.route.screen;
  const asked = gated && persons.value > 0;
  shown.path = gated ? (asked ? CHOICE.path : "welcome") : found?.route.path;
  const Chosen = gated ? (asked ? null : NoProfile) : (screen ?? null);
  return (
    <div class="shell" data-nav={navigation ? "yes" : "no"}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("h1")?.focus();
        }}
      >
        {t("app.skip")}
      </a>
      {open && <Rehearsal key={open.profile.device} />}
      <AppBar />
      {open && <Notices />}
      <Boundary at={at}>
        {Chosen ? (
          <Chosen key={screenKey} parameters={found?.parameters ?? {}} />
        ) : asked ? (
          <Lazy route={CHOICE} parameters={{}} />
        ) : found ? (
          <Lazy key={screenKey} route={found.route} parameters={found.parameters} />
        ) : (
          <NotFound />
        )}
      </Boundary>
      {navigation && <Navigation section={found?.route.section ?? at.split(/[/?]/, 1)[0] ?? ""} />}
    </div>
  );
}

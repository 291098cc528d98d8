import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/khmer.css";
import "./styles/ui.css";
import "./styles/shell.css";
import "./styles/screens.css";
import { render } from "preact";
import { App } from "./app";
import { followLanguage, language } from "./i18n";
import { chooseLanguage } from "./i18n/common";
import { followLook } from "./look";
import { rememberInstallPrompt } from "./shell/install";
import { takeToken } from "./shell/token";
import { watchNumber } from "./renumber";
import { watchRoles } from "./roles";
import { openSession } from "./session";
import { watchWorker } from "./shell/worker";

takeToken();
followLanguage();
rememberInstallPrompt();

const look = followLook();

async function start(): Promise<void> {
  if (!(await chooseLanguage(language.peek()))) await chooseLanguage("vi");
  await look;
  const root = document.getElementById("app");
  if (root) render(<App />, root);
  await openSession();
  watchNumber();
  watchRoles();
}

void start();
void watchWorker();

// What the phone says of documents, for tests/forms/test_twins.py: JSON lines in, JSON lines out.
// First {"forms": {name: compiled form}}, then {"form": name, "document": values, "now": text, "changed"?: [path],
// "fill"?: true}; `fill` goes through a session, as a person's answers do, and gives what is sent as well.
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const { module } = await runnerImport(fileURLToPath(new URL("../src/forms/index.ts", import.meta.url)), {
  root,
  configFile: false,
  logLevel: "error",
});
const { Session, validate } = module;

const pairs = (found) => found.map(({ path, kind }) => [path, kind]);

function answer(forms, { form: name, document, now, changed, fill }) {
  const form = forms[name];
  if (!fill) return { wrong: pairs(validate(form, document, now, changed ? { changed: new Set(changed) } : {})) };
  let count = 0;
  const around = { now: () => new Date(now), random: () => 0.5, newItem: () => `90-${(count += 1)}` };
  const session = Session.resume(form, document, around);
  const values = session.submission();
  return { values, wrong: pairs(session.violations()), sent: pairs(validate(form, values, now)) };
}

const [first, ...cases] = (await text(process.stdin)).trim().split("\n").map((line) => JSON.parse(line));
process.stdout.write(cases.map((each) => `${JSON.stringify(answer(first.forms, each))}\n`).join(""));

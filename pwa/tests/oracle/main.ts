/** Runs cases: the same seeded answers into both engines, compared after each. */

import { Session, type Surroundings } from "../../src/forms/session";
import { validate } from "../../src/forms/validate";
import type { FormNode } from "../../src/shared/form";
import type { Values } from "../../src/shared/protocol";
import { answerFor, answerOdk, chance, formNodes, literals, pick, spoilt, type Literals } from "./answers";
import type { Difference, OracleCase, OracleResult, Verdict } from "./cases";
import { compare } from "./compare";
import { ABOUT, begin, isLeaf, nodesOf, type OdkEngine, type OdkNode } from "./engine";
import { fieldOf, Items } from "./ours";

const ZONE = process.env.TZ ?? "UTC";
/** Of one form, enough to see what is wrong. */
const MOST_DIFFERENCES = 40;
const MOST_ITEMS = 4;
/** Records judged after each script. */
const SPOILT = 8;

class Run {
  steps = 0;
  compared = 0;
  readonly differences: Difference[] = [];
  readonly verdicts: Verdict[] = [];
  /** What ODK's engine threw, and after what. */
  odkError: string | undefined;
  private readonly nodes: ReadonlyMap<string, FormNode>;
  private readonly said: Literals;
  private readonly seen = new Set<string>();

  constructor(
    private readonly engine: OdkEngine,
    private readonly given: OracleCase,
  ) {
    this.nodes = formNodes(given.form);
    this.said = literals(given.form);
  }

  async script(number: number): Promise<void> {
    const random = chance(`${this.given.name} ${number}`);
    const odk = await begin(this.engine, this.given);
    const session = Session.begin(this.given.form, surroundings());
    this.look(odk, session, { script: number, step: 0, done: "begin" });
    const leaves = [...nodesOf(odk).values()].filter(isLeaf).length;
    const steps = Math.min(60, Math.max(12, 2 * leaves));
    const every = leaves > 120 ? 6 : 1;
    for (let step = 1; step <= steps; step++) {
      const done = this.act(odk, session, random);
      // A form that its own engine fell over says nothing of ours from then on.
      if (this.odkError !== undefined) return;
      if (done === null) continue;
      this.steps++;
      if (step % every === 0 || step === steps) this.look(odk, session, { script: number, step, done });
    }
    this.end(session, number, random);
  }

  /** One answer, or one item more or less; what was done, or null where nothing could be. */
  private act(odk: OdkNode, session: Session, random: () => number): string | null {
    const all = nodesOf(odk);
    const repeats = [...all].filter(([, node]) => node.nodeType === "repeat-range:uncontrolled" && node.currentState.relevant);
    if (repeats.length > 0 && random() < 0.25) return this.changeItems(session, repeats, random);
    const asked = [...all].filter(([place, node]) => this.canAnswer(place, node));
    const [place, node] = pick(asked, random) ?? [];
    if (place === undefined || node === undefined) return null;
    const question = this.nodes.get(fieldOf(place));
    if (question === undefined) return null;
    const value = answerFor(question, node, this.said, random);
    if (value === undefined) return null;
    const done = `${place} = ${JSON.stringify(value)}`;
    this.odk(done, () => answerOdk(node, value));
    session.answer(new Items(session.inUse).path(place), value);
    return done;
  }

  private canAnswer(place: string, node: OdkNode): boolean {
    if (!isLeaf(node) || node.nodeType === "model-value" || node.nodeType === "note") return false;
    const question = this.nodes.get(fieldOf(place));
    // What is calculated is calculated again; an answer in between is nobody's.
    return node.currentState.relevant && !node.currentState.readonly && question?.calculate === undefined;
  }

  private changeItems(session: Session, repeats: readonly (readonly [string, OdkNode])[], random: () => number): string | null {
    const [place, range] = pick(repeats, random) ?? [];
    if (place === undefined || range === undefined || this.nodes.get(fieldOf(place))?.fixed) return null;
    const count = range.currentState.children?.length ?? 0;
    if (count > 0 && (random() < 0.4 || count >= MOST_ITEMS)) {
      const at = Math.floor(random() * count);
      session.removeItem(new Items(session.inUse).path(`${place}/${at}`));
      this.odk(`${place} without ${at}`, () => range.removeInstances(at, 1));
      return `${place} without ${at}`;
    }
    session.addItem(new Items(session.inUse).path(place));
    this.odk(`${place} with another`, () => range.addInstances());
    return `${place} with another`;
  }

  private odk(done: string, does: () => unknown): void {
    try {
      does();
    } catch (error) {
      this.odkError = `${done}: ${told(error)}`;
    }
  }

  private look(odk: OdkNode, session: Session, at: Pick<Difference, "script" | "step" | "done">): void {
    const { compared, found } = compare(odk, session, this.nodes, this.given.form.languages[0] ?? "default");
    this.compared += compared;
    for (const each of found) {
      const key = `${fieldOf(each.place)} ${each.what}`;
      if (this.seen.has(key) || this.differences.length >= MOST_DIFFERENCES) continue;
      this.seen.add(key);
      this.differences.push({ ...at, ...each });
    }
  }

  /** The phone's verdict on the record as it is and spoilt. */
  private judge(answers: Values, random: () => number): void {
    const { form } = this.given;
    for (let count = 0; count < SPOILT; count++) {
      const judged = count === 0 ? answers : spoilt(answers, form, random);
      const violations = validate(form, judged, new Date(), { zone: ZONE }).map(({ path, kind }) => [path, kind] as const);
      this.verdicts.push({ answers: judged, violations });
    }
  }

  /** A draft comes back as it was; and the server is asked for its verdict on the record. */
  private end(session: Session, number: number, random: () => number): void {
    const answers = session.submission();
    this.judge(answers, random);
    const kept = JSON.parse(JSON.stringify(session.values)) as typeof session.values;
    const back = Session.resume(this.given.form, kept, surroundings()).submission();
    const strip = (values: object): string => JSON.stringify(Object.entries(values).sort());
    if (strip(back) !== strip(answers)) {
      const place = Object.keys({ ...back, ...answers }).find((path) => JSON.stringify(back[path]) !== JSON.stringify(answers[path]));
      const [odk, ours] = place === undefined ? [null, null] : [answers[place] ?? null, back[place] ?? null];
      this.differences.push({ script: number, step: 0, done: "resume", place: place ?? "", what: "draft", odk, ours });
    }
  }
}

function surroundings(): Surroundings {
  let items = 0;
  return { now: () => new Date(), zone: ZONE, newItem: () => `17-${++items}`, random: () => 0.5, about: ABOUT };
}

async function runOne(engine: OdkEngine, given: OracleCase): Promise<OracleResult> {
  const run = new Run(engine, given);
  let ourError: string | undefined;
  try {
    await begin(engine, given);
  } catch (error) {
    run.odkError = told(error);
  }
  try {
    if (run.odkError === undefined) for (let script = 0; script < given.scripts; script++) await run.script(script);
    else Session.begin(given.form, surroundings()).view();
  } catch (error) {
    ourError = told(error);
  }
  const { steps, compared, differences, verdicts, odkError } = run;
  return { name: given.name, steps, compared, differences, verdicts, odkError, ourError };
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${(error.stack ?? "").split("\n").slice(1, 6).join("\n")}` : String(error);
}

/** Every case in turn; each result is told as soon as it is there. */
export async function runAll(engine: OdkEngine, cases: readonly OracleCase[], tell: (result: OracleResult) => void): Promise<void> {
  for (const each of cases) tell(await runOne(engine, each));
}

import { expect, it } from "vitest";
import { working } from "./data/working";
import { allKept, holdTurn } from "./filling";

it("nobody else's turn comes while something is on no disk yet", async () => {
  let kept = false;
  const letGo = [holdTurn(() => true), holdTurn(() => Promise.resolve(kept))];
  expect(await allKept()).toBe(false);
  kept = true;
  expect(await allKept()).toBe(true);
  kept = false;
  for (const each of letGo) each();
  expect(await allKept()).toBe(true);
});

it("nobody else's turn comes while a picture is being kept or a recording runs, also if that fails", async () => {
  let fail = (_why: Error): void => undefined;
  const done = new Promise((_resolve, reject) => (fail = reject));
  working(done);
  expect(await allKept()).toBe(false);
  fail(new Error("no room"));
  await done.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve));
  expect(await allKept()).toBe(true);
});

import { describe, expect, it } from "vitest";
import type { HazardMap } from "../../shared/protocol";
import type { RecordView } from "../../store";
import { clustersOf, hazardsOf, hazardState, pointOf, type Spot } from "./spots";

const MAP: HazardMap = {
  form: "NCO-03",
  point: "location",
  kind: "hazard_type",
  status: "status",
  due: "due",
  states: { waiting: ["new", "forwarded"], in_work: ["in_work"], done: ["done"] },
};
const TODAY = "2023-05-16";

function hazard(id: string, over: Partial<RecordView> = {}): RecordView {
  const values = { location: "9.68 106.26 3 12", status: "new" };
  return {
    id, form: 7, place: 4, by: 5, rev: 1, hash: "h", state: "approved", stage: "approved", approved: 1, values, conflicts: [], review: null,
    step: null, at: "2023-05-16T08:00:00+07:00", received: null, local: "on_server", gone: false, deciding: null, moving: null, ...over,
  };
}

describe("a hazard", () => {
  it.each([
    [{ status: "new" }, "waiting"],
    [{ status: "forwarded", due: "2023-05-16" }, "waiting"],
    [{ status: "forwarded", due: "2023-05-15" }, "late"],
    [{ status: "in_work" }, "in_work"],
    [{ status: "in_work", due: "2023-05-01" }, "late"],
    [{ status: "done", due: "2023-05-01" }, "done"],
    [{ status: "refused" }, null],
    [{}, null],
  ])("that says %o is %s", (values, state) => {
    expect(hazardState(hazard("17-1", { values }), MAP, TODAY)).toBe(state);
  });

  it("is on the map once it is approved, with a point, and while it is here", () => {
    const records = [
      hazard("17-1"),
      hazard("17-2", { approved: null }),
      hazard("17-3", { gone: true }),
      hazard("17-4", { values: { status: "new" } }),
      hazard("17-5", { form: 8 }),
    ];
    expect(hazardsOf(records, MAP, new Set([7]), TODAY).map(({ record }) => record.id)).toEqual(["17-1"]);
  });
});

describe("a point", () => {
  it.each(["", "north", "91 106.26", "9.68 181", "9.68"])("is not read from %s", (text) => {
    expect(pointOf(text)).toBeNull();
  });

  it("is latitude, then longitude", () => {
    expect(pointOf("9.68 106.26 3 12")).toEqual({ latitude: 9.68, longitude: 106.26 });
  });
});

describe("what would overlap", () => {
  const spot = (key: string, longitude: number, state: Spot["state"] = "done", count = 1): Spot => ({ key, latitude: 9, longitude, state, words: key, count });
  const project = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({ x: longitude * 10, y: latitude * 10 });

  it("is one spot, that looks like the most urgent in it and says how many there are", () => {
    const [first, second, ...more] = clustersOf([spot("a", 106.1), spot("b", 106.3, "late", 3), spot("c", 200)], project, 48);
    expect(more).toEqual([]);
    expect([first?.state, first?.count, first?.spots.length]).toEqual(["late", 4, 2]);
    expect(first?.longitude).toBeCloseTo(106.2);
    expect(second?.spots.map(({ key }) => key)).toEqual(["c"]);
  });
});

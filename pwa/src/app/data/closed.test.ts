// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { CampaignDocument, FormDocument, PeriodDocument, Stage } from "../../shared/protocol";
import type { RecordView } from "../../store";
import { closedOf, closingsOf } from "./closed";

const APRIL = { k: "period", id: "1:2023-04-15", campaign: 1, from: "2023-04-15", to: "2023-05-14", version: 1, signed: "", forms: ["TNGT-02", "TT-04"] } as PeriodDocument;
const CAMPAIGN = { confirmed: ["TNGT-02"] } as unknown as CampaignDocument;

function form(key: string): FormDocument {
  return { key, compiled: { occurrence: "at" } } as unknown as FormDocument;
}

function record(day: string, stage: Stage = "approved", over: Partial<RecordView> = {}): RecordView {
  return { id: "17-1", stage, values: { at: day }, conflicts: [], ...over } as unknown as RecordView;
}

const CLOSINGS = closingsOf([APRIL], [], [CAMPAIGN]);

describe("a record in a signed period", () => {
  it("is locked from the period's first to its last day once it counts", () => {
    for (const day of ["2023-04-15", "2023-05-14", "2023-05-14T23:59:00.000+07:00"]) {
      expect(closedOf(CLOSINGS, record(day), form("TT-04"))).toEqual({ period: APRIL, as: "locked" });
    }
    for (const day of ["2023-04-14", "2023-05-15", "2023-05-15T00:00:00.000+07:00"]) {
      expect(closedOf(CLOSINGS, record(day), form("TT-04"))).toBeNull();
    }
  });
  it("is locked where the police confirm its form only once they have", () => {
    expect(closedOf(CLOSINGS, record("2023-05-01", "approved"), form("TNGT-02"))?.as).toBe("coming");
    expect(closedOf(CLOSINGS, record("2023-05-01", "confirmed"), form("TNGT-02"))?.as).toBe("locked");
  });
  it("will wait for a correction as long as it is not approved, or is changed again", () => {
    expect(closedOf(CLOSINGS, record("2023-05-01", "received"), form("TT-04"))?.as).toBe("coming");
    expect(closedOf(CLOSINGS, record("2023-05-01", "returned"), form("TT-04"))?.as).toBe("coming");
    expect(closedOf(CLOSINGS, record("2023-05-01", "approved", { conflicts: [{}] as never }), form("TT-04"))?.as).toBe("coming");
  });
  it("waits where the server says so, also when its day has gone to another period", () => {
    const late = closingsOf([APRIL], [{ k: "correction", id: "17-1", place: 4, period: "2023-04-15" }], []);
    expect(closedOf(late, record("2023-05-01"), form("TT-04"))).toEqual({ period: APRIL, as: "late" });
    expect(closedOf(late, record("2023-06-01", "rejected"), form("TT-04"))).toEqual({ period: APRIL, as: "late" });
  });
  it("has nothing to do with it where it counts for nothing, or has a lock of its own", () => {
    for (const stage of ["rejected", "merged", "locked", "correcting"] as const) {
      expect(closedOf(CLOSINGS, record("2023-05-01", stage), form("TT-04"))).toBeNull();
    }
    expect(closedOf(CLOSINGS, record("2023-05-01"), form("DX-08"))).toBeNull();
    expect(closedOf(CLOSINGS, record("2023-05-01"), undefined)).toBeNull();
  });
});

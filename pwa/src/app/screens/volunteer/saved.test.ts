// @vitest-environment jsdom
import { expect, it } from "vitest";
import type { SyncState } from "../../../sync";
import { fetchLater } from "../../i18n/common";
import { t } from "../../i18n/t";
import { nextOf } from "./saved";

it("a saved record that waits isn't said to be on its way unless it is", () => {
  const stuck: SyncState[] = ["offline", "server_error", "signed_out", "revoked", "update_needed", "renumber", "paused"];
  for (const state of stuck) expect(nextOf("waiting", state)).not.toBe("saved.next-send");
  expect(nextOf("waiting", "sending")).toBe("saved.next-send");
});

it("who is signed out is told that nothing is lost and how to send it", async () => {
  await fetchLater();
  expect(t(nextOf("waiting", "signed_out"))).toMatch(/an toàn.*xin giám sát viên một liên kết mới/);
});

it("what arrived has arrived, however the next round trip went", () => {
  expect(nextOf("on_server", "signed_out")).toBe("saved.next-approval");
  expect(nextOf("quarantined", "revoked")).toBe("saved.next-held");
});

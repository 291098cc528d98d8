import { describe, expect, it } from "vitest";
import { decodeKey, readPayload, target } from "./webpush";

describe("a push", () => {
  it("is shown as it says", () => {
    const notification = { title: "Mốc M2", body: "Đạt 1.000", tag: "milestone-2", navigate: "https://ben.example/#/campaign/1", lang: "vi", data: { url: "/#/campaign/1" } };
    expect(readPayload(JSON.stringify({ web_push: 8030, notification, app_badge: 2 }))).toEqual({
      title: "Mốc M2",
      body: "Đạt 1.000",
      tag: "milestone-2",
      url: "/#/campaign/1",
      language: "vi",
      unread: 2,
    });
  });

  it.each([null, "", "not json", "[]", "7", '{"notification":7}', '{"notification":{"title":7},"app_badge":"many"}'])(
    "that can't be read (%s) is still a visible notification",
    (raw) => {
      expect(readPayload(raw)).toEqual({ title: "Bến", body: "", tag: "ben", url: "/", language: "", unread: null });
    },
  );
});

describe("a click", () => {
  it("leads to an address of ours", () => {
    expect(target("/#/campaign/1", "https://ben.example")).toBe("https://ben.example/#/campaign/1");
  });

  it.each(["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "http://"])("never leads to %s", (url) => {
    expect(target(url, "https://ben.example")).toBe("https://ben.example/");
  });
});

it("a server key is read from base64url", () => {
  expect([...decodeKey("-_8A")]).toEqual([0xfb, 0xff, 0x00]);
});

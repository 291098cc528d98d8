import { describe, expect, it } from "vitest";
import { decodeKey, discreet, readPayload, target } from "./webpush";

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

describe("on a shared phone", () => {
  const shown = { title: "Phiếu được trả lại", body: "Phiếu 17-3: ảnh mờ", tag: "message-4", url: "/#/record/17-3", language: "vi", unread: 2 };
  const info = (device: number, id: number, name: string) => ({ device, person: { id, name }, roles: [], language: "vi", epoch: null }) as const;
  const [first, anew, second] = [info(17, 5, "Thạch Thị Sa"), info(19, 5, "Thạch Thị Sa"), info(18, 6, "Kim Sô Phia")];

  it("a notification says for whom there is news, and not what", () => {
    const told = discreet(shown, second, [first, second]);
    expect(told).toEqual({ title: "Có tin cho Kim Sô Phia", body: "Mở Bến để đọc.", tag: "ben-for-6", url: "/#/messages", language: "vi", unread: null, person: 6 });
  });

  it("it says so in its own language", () => {
    expect(discreet({ ...shown, language: "km" }, second, [first, second]).title).toBe("មានដំណឹងសម្រាប់ Kim Sô Phia");
  });

  it("nobody's matter is shown where it was never said whose the subscription is", () => {
    expect(JSON.stringify(discreet(shown, null, [first, second]))).not.toContain("17-3");
  });

  it("one person with several numbers shares with nobody", () => {
    expect(discreet(shown, anew, [first, anew])).toEqual(shown);
  });
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

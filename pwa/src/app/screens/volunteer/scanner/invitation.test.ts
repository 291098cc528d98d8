import { describe, expect, it } from "vitest";
import { invitationIn } from "./invitation";

const HERE = "https://ben.tracu.example";
const TOKEN = "Ab3_-".repeat(8) + "xyz";
const invitation = { kind: "invitation", token: TOKEN };

describe("an enrolment link of this server", () => {
  it.each([
    `${HERE}/#/enrol/${TOKEN}`,
    `  ${HERE}/#/enrol/${TOKEN}\n`,
    `HTTPS://Ben.TraCu.Example/#/enrol/${TOKEN}`,
    `ben.tracu.example/#/enrol/${TOKEN}`,
    `Liên kết vào Bến của bạn: ${HERE}/#/enrol/${TOKEN}`,
    `(${HERE}/#/enrol/${TOKEN}).`,
  ])("is taken as %j", (text) => {
    expect(invitationIn(text, HERE)).toEqual(invitation);
  });

  it("is taken from a server with a port, typed without its scheme", () => {
    expect(invitationIn(`localhost:8000/#/enrol/${TOKEN}`, "http://localhost:8000")).toEqual(invitation);
  });
});

describe("what is no link of this server", () => {
  it.each([
    [`https://ben.example/#/enrol/${TOKEN}`, "https://ben.example"],
    [`http://ben.tracu.example/#/enrol/${TOKEN}`, "http://ben.tracu.example"],
    [`${HERE}:8443/#/enrol/${TOKEN}`, `${HERE}:8443`],
    [`${HERE}.evil.example/#/enrol/${TOKEN}`, `${HERE}.evil.example`],
    [`${HERE}@evil.example/#/enrol/${TOKEN}`, "https://evil.example"],
  ])("is told by its server: %s", (text, origin) => {
    expect(invitationIn(text, HERE)).toEqual({ kind: "elsewhere", origin });
  });

  it.each(["", "8934563138165", HERE, `${HERE}/#/enrol/short`, `${HERE}/#/record/1-2`, `${HERE}/?x=#/enroll/${TOKEN}`, `javascript:alert(1)//#/enrol/${TOKEN}`, "https://", TOKEN])(
    "is told as it was read: %j",
    (text) => {
      expect(invitationIn(text, HERE)).toEqual({ kind: "none", text });
    },
  );
});

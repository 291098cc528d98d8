/** What somebody holds before the camera, or types, who wants to enrol at this server. */

/** An enrolment link of this server's own, by its token; one of another server, by that server's origin; or none, as it was read. */
export type Seen = { readonly kind: "invitation"; readonly token: string } | { readonly kind: "elsewhere"; readonly origin: string } | { readonly kind: "none"; readonly text: string };

const LINK = /https?:\/\/\S+/i;
/** What follows the token in a message is the sentence's: a full stop, a bracket. */
const ENROLMENT = /^#\/enrol\/([\w-]{20,200})(?![\w-])/;

/**
 * Reads what was scanned, pasted or typed. Whole messages are taken too, since they are what is copied from a chat, and
 * a link of this server without its scheme, since that is how people type. `here` is this server's origin.
 */
export function invitationIn(text: string, here: string): Seen {
  const said = text.trim();
  const url = linkIn(said, here);
  const token = url && ENROLMENT.exec(url.hash)?.[1];
  if (!url || !token) return { kind: "none", text: said };
  return url.origin === here ? { kind: "invitation", token } : { kind: "elsewhere", origin: url.origin };
}

function linkIn(said: string, here: string): URL | null {
  const { host, protocol } = new URL(here);
  const typed = said.toLowerCase().startsWith(`${host}/`) ? `${protocol}//${said}` : LINK.exec(said)?.[0];
  try {
    return typed ? new URL(typed) : null;
  } catch {
    return null;
  }
}

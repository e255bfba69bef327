import { ownCookie } from '../sign-in/session-cookie.ts';

/** Bound to this host and to TLS by its prefix; each link has its own, so that two at once do not mix. */
const nameOf = (linkId: string) => `__Host-operandi-connect-${linkId}`;

/** Sent along when the authorization server sends the browser back, and by no script. */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';
/** As long as a link may last. */
const seconds = 604_800;

/** By what a browser that has opened the link is known; undefined for another. */
export function browserOf(cookie: string | undefined, linkId: string): string | undefined {
  return cookie === undefined ? undefined : ownCookie(cookie, nameOf(linkId));
}

export function setBrowser(linkId: string, browser: string): readonly string[] {
  return [`${nameOf(linkId)}=${browser}; ${attributes}; Max-Age=${String(seconds)}`];
}

export function forgetBrowser(linkId: string): readonly string[] {
  return [`${nameOf(linkId)}=; ${attributes}; Max-Age=0`];
}

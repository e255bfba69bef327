import type { PageHeaders } from '../../admit/identity.ts';

/** Bound to this host and to TLS by its prefix; scripts never see it. */
const sessionCookie = '__Host-operandi-session';
const signInCookie = '__Host-operandi-sign-in';

const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The session that a page of our own comes with; undefined when the page is another's. */
export function sessionOf(page: PageHeaders): string | undefined {
  return isOwnPage(page) ? ownCookie(page.cookie, sessionCookie) : undefined;
}

/** What is remembered of a sign-in on its way. */
export function signInOf(cookie: string | undefined): string | undefined {
  return cookie === undefined ? undefined : ownCookie(cookie, signInCookie);
}

export function setSession(session: string, seconds: number): string {
  return `${sessionCookie}=${session}; ${attributes}; Max-Age=${seconds}`;
}

export function setSignIn(state: string, seconds: number): string {
  return `${signInCookie}=${state}; ${attributes}; Max-Age=${seconds}`;
}

export const forgetSession = `${sessionCookie}=; ${attributes}; Max-Age=0`;
export const forgetSignIn = `${signInCookie}=; ${attributes}; Max-Age=0`;

/**
 * A browser sends the cookie along whichever page asks. One of another site or port says so in `Origin`, or where that is
 * left out, in `Sec-Fetch-Site`; a browser that sends neither is asked only what it may show.
 */
export function isOwnPage({ host, origin, site }: Omit<PageHeaders, 'cookie'>): boolean {
  if (host === undefined) return false;
  if (origin !== undefined) return URL.parse(origin)?.host === host.toLowerCase();
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** A cookie of ours, by its whole name. */
export function ownCookie(header: string, name: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim());
  const own = pairs.filter((pair) => pair.startsWith(`${name}=`));
  // Two of one name: somebody has slipped one in.
  const [only] = own;
  return own.length === 1 ? only?.slice(name.length + 1) || undefined : undefined;
}

const base = 'http://gateway.invalid';

/** Where a page goes after signing in: a path of ours, as whoever wrote the link could otherwise send people elsewhere. */
export function returnPath(wanted: string | null): string {
  if (wanted === null || !wanted.startsWith('/') || /[\\\p{Cc}]/u.test(wanted)) return '/';
  const url = URL.parse(wanted, base);
  // Dots that are resolved can leave two slashes, behind which a browser reads a host.
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}

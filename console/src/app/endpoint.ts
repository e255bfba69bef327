/** Where the gateway takes operations; it writes the path into the page. */
export function endpointUrl(): string {
  const said = document.querySelector('meta[name=operandi-endpoint]')?.getAttribute('content');
  // Left as it is by the development server, which passes /graphql on.
  const path = said === undefined || said === null || said.startsWith('{') ? '/graphql' : said;
  return new URL(path, window.location.origin).href;
}

/** An API key, or a function that gives the current one; it is asked again for every request and connection. */
export type ApiKey = string | (() => string | Promise<string>);

/** The header that presents the key, over HTTP and in `connection_init` alike; none where a cookie says who calls. */
export async function authorization(
  apiKey: ApiKey | undefined,
): Promise<{ readonly authorization?: string }> {
  if (apiKey === undefined) return {};
  return { authorization: `Bearer ${typeof apiKey === 'string' ? apiKey : await apiKey()}` };
}

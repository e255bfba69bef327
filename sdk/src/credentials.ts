/** An API key, or a function that gives the current one; it is asked again for every request and connection. */
export type ApiKey = string | (() => string | Promise<string>);

/** The header that presents the key, over HTTP and in `connection_init` alike. */
export async function authorization(apiKey: ApiKey): Promise<{ readonly authorization: string }> {
  return { authorization: `Bearer ${typeof apiKey === 'string' ? apiKey : await apiKey()}` };
}

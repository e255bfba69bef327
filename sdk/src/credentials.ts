/** Why a credential is asked for. */
export interface CredentialWish {
  /** True when the platform has just refused the one given last: a kept one is no good any more. */
  readonly isRefused: boolean;
}

/** An API key, or a function that gives the current one; it is asked again for every request and connection. */
export type ApiKey = string | ((wish: CredentialWish) => string | Promise<string>);

/** The header that presents the key, over HTTP and in `connection_init` alike; none where a cookie says who calls. */
export async function authorization(
  apiKey: ApiKey | undefined,
  wish: CredentialWish = { isRefused: false },
): Promise<{ readonly authorization?: string }> {
  if (apiKey === undefined) return {};
  return { authorization: `Bearer ${typeof apiKey === 'string' ? apiKey : await apiKey(wish)}` };
}

import type { JsonValue } from '../kernel/json.ts';
import type { FetchedToken, TokenKey } from './ports.ts';

/** Whose consent it is about. */
export interface ConsentOwner extends Pick<
  TokenKey,
  'tenantId' | 'integrationId' | 'credentialVersion'
> {
  /** For messages. */
  readonly integrationName: string;
}

/** What a person is sent away with. */
export interface ConsentQuestion {
  /** Where the authorization server sends them back to, exactly. */
  readonly redirectUri: string;
  /** Comes back with them; whoever asks decides what it is bound to. */
  readonly state: string;
}

/** What they came back with. */
export interface ConsentAnswer extends ConsentQuestion {
  /** Code verifier (RFC 7636), as `begin` made it. */
  readonly verifier: string;
  /** The query as it came, with its `?`. */
  readonly query: string;
}

/** How people let an integration act in their name (RFC 6749, section 4.1; RFC 7636, 8707, 9207, 7009). Credentials are JSON that was checked. */
export interface ConsentFlow {
  /** True for a credential that is nothing without a person's consent. */
  isNeeded(credential: JsonValue): boolean;
  /** Where to send the person. */
  begin(
    credential: JsonValue,
    question: ConsentQuestion,
    owner: ConsentOwner,
  ): Promise<{ readonly url: string; readonly verifier: string }>;
  /** Makes a code into tokens, once; throws an `IntegrationError` for an answer that is not to be believed. */
  finish(credential: JsonValue, answer: ConsentAnswer, owner: ConsentOwner): Promise<FetchedToken>;
  /** Ends a token where it was given; false where the server has no endpoint for that. */
  revoke(credential: JsonValue, token: string, owner: ConsentOwner): Promise<boolean>;
}

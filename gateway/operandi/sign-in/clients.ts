import { LRUCache } from 'lru-cache';
import * as openid from 'openid-client';

import type { IssuerFetch } from '../../../core/access/issuer-fetch.ts';
import { AppError } from '../../../kernel/errors.ts';

/** The provider that somebody signs in with. */
export interface SignInProvider {
  readonly id: string;
  readonly tenantId: string;
  readonly issuer: string;
  readonly clientId: string | null;
}

/** Clients at the issuers of all tenants. */
export interface Clients {
  /** UNAVAILABLE while the issuer cannot be reached. */
  clientOf(provider: SignInProvider): Promise<openid.Configuration>;
}

const freshMs = 600_000;
const maxClients = 500;
const patienceSeconds = 10;
const clockToleranceSeconds = 30;

/** `secrets` are those of confidential clients, by id of the provider: a name that a tenant chose could be another's too. */
export function createClients(
  ask: IssuerFetch,
  secrets: Readonly<Record<string, string>>,
): Clients {
  const clients = new LRUCache<string, openid.Configuration>({ max: maxClients, ttl: freshMs });
  return {
    async clientOf(provider) {
      const { id, issuer } = provider;
      const known = clients.get(id);
      if (known !== undefined) return known;
      const client = await discover(provider, ask, secrets[id]).catch((cause: unknown) => {
        throw new AppError('UNAVAILABLE', `the issuer ${issuer} cannot be reached`, { cause });
      });
      clients.set(id, client);
      return client;
    },
  };
}

async function discover(
  { issuer, clientId }: SignInProvider,
  ask: IssuerFetch,
  secret: string | undefined,
): Promise<openid.Configuration> {
  const url = new URL(issuer);
  const found = await openid.discovery(
    url,
    clientId ?? '',
    { [openid.clockTolerance]: clockToleranceSeconds },
    secret === undefined ? openid.None() : openid.ClientSecretBasic(secret),
    {
      [openid.customFetch]: (address, options) => ask(address, options),
      timeout: patienceSeconds,
      execute: [
        // Who an identity token names is checked by its signature too, not by the connection alone.
        openid.enableNonRepudiationChecks,
        // Providers may be named with http only on this machine.
        // oxlint-disable-next-line typescript/no-deprecated -- it is, to make one look twice
        ...(url.protocol === 'http:' ? [openid.allowInsecureRequests] : []),
      ],
    },
  );
  if (found.serverMetadata().issuer !== issuer) throw new Error('The issuer has another name');
  return found;
}

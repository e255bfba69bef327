import type { Authorization } from '../egress/authorization.ts';
import type { Egress } from '../egress/egress.ts';
import type { ClientCertificate } from '../egress/policy.ts';
import type { TokenStore } from '../ports.ts';
import type { ConsentFlow } from '../consent.ts';
import type { Refresh } from './consent-flow.ts';
import type { AppliedCredential } from './web-credential.ts';

/** What a credential comes to for the requests of one call. */
export interface Proof extends AppliedCredential {
  readonly authorization?: Authorization;
  readonly certificate?: ClientCertificate;
}

/** What proofs are made with. */
export interface ProofServices {
  readonly egress: Egress;
  readonly tokens: TokenStore;
  readonly consent: ConsentFlow & Refresh;
}

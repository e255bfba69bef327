import type { Actor } from './actor.ts';
import type { CredentialKind } from './api-key.ts';

/** A key, a session or an access token as it is stored: what proves it, for whom it stands, and whether it still does. */
export interface KeyRow {
  readonly kind: CredentialKind;
  readonly tenantId: string;
  readonly id: string;
  readonly publicId: string;
  readonly secretHash: Uint8Array;
  readonly actor: Actor;
  readonly isEnded: boolean;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly isSuspended: boolean;
}

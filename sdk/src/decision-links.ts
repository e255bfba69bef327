import {
  CreateDecisionLinkDocument,
  type DecisionLinkFieldsFragment,
  ListDecisionLinksDocument,
  RevokeDecisionLinkDocument,
  type UserErrorFieldsFragment,
} from './_generated/documents.ts';
import type { CallOptions } from './calls.ts';
import type { Client } from './client.ts';
import { RefusedError } from './errors.ts';
import { given } from './transport.ts';

/** An address by which one member decides one approval, once, without signing in. */
export type DecisionLink = DecisionLinkFieldsFragment;

/** A link with its address below that of the gateway, which is told this once. */
export type NewDecisionLink = DecisionLink & { readonly path: string };

/** Who is to decide by a link: a member by id or by e-mail address. */
export type LinkWish = CallOptions & {
  /** How long it may be used, seconds. @default 86400 */
  readonly seconds?: number;
} & ({ readonly memberId: string } | { readonly email: string });

/** Links to decide approvals; mutations throw `RefusedError` with every problem. Making and revoking needs APPROVALS_LINK. */
export interface DecisionLinks {
  /** Makes a link to send to a member, who decides the approval by it without signing in. */
  create(approvalId: string, wish: LinkWish): Promise<NewDecisionLink>;
  /** The links of an approval, newest first. */
  list(approvalId: string, options?: CallOptions): Promise<readonly DecisionLink[]>;
  /** Takes a link back, by its own id. */
  revoke(id: string, options?: CallOptions): Promise<DecisionLink>;
}

/** The links of a client's tenant; apart from the client, as those who make them are seldom pages. */
export function openDecisionLinks(client: Pick<Client, 'request'>): DecisionLinks {
  return {
    create: async (approvalId, { seconds, ...wish }) => {
      const { memberId, email, ...options } = { memberId: null, email: null, ...wish };
      const input = { approvalId, memberId, email, expiresInSeconds: seconds ?? null };
      const answer = await client.request(CreateDecisionLinkDocument, { input }, options);
      const { decisionLink, path, userErrors } = answer.createDecisionLink;
      refuse(userErrors);
      return { ...given(decisionLink), path: given(path) };
    },
    list: async (approvalId, options) =>
      (await client.request(ListDecisionLinksDocument, { approvalId }, options)).decisionLinks,
    revoke: async (id, options) => {
      const answer = await client.request(RevokeDecisionLinkDocument, { input: { id } }, options);
      const { decisionLink, userErrors } = answer.revokeDecisionLink;
      refuse(userErrors);
      return given(decisionLink);
    },
  };
}

function refuse(problems: readonly UserErrorFieldsFragment[]): void {
  if (problems.length > 0) throw new RefusedError(problems);
}

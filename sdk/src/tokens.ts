import type { CreateAccessTokenInput } from './_generated/documents.ts';
import { CreateAccessTokenOperation } from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** What a page may do with a token. */
export type TokenWish =
  | {
      /** Id of the one job that it reads. */
      readonly job: string;
      /** It reads the job's approvals, too. @default false */
      readonly approvals?: boolean | undefined;
      /** How long it works, seconds, at most a day. @default 900 */
      readonly seconds?: number | undefined;
    }
  | {
      /** Id, name or `namespace/name` of an agent. */
      readonly agent: string;
      /** True submits jobs and reads those that were submitted with it, false reads all of the agent. @default false */
      readonly submit?: boolean | undefined;
      readonly approvals?: boolean | undefined;
      readonly seconds?: number | undefined;
    };

/** A credential for a page. */
export interface AccessToken {
  readonly id: string;
  /** What the page presents as its `apiKey`. */
  readonly secret: string;
  readonly expiresAt: Date;
}

/** Makes a token; throws `RefusedError` when there is no such job or agent. */
export async function createToken(
  transport: Transport,
  wish: TokenWish,
  options?: CallOptions,
): Promise<AccessToken> {
  const answer = await callsOver(transport).mutate(
    CreateAccessTokenOperation,
    inputOf(wish),
    options,
  );
  const { id, secret, expiresAt } = answer;
  return { id: given(id), secret: given(secret), expiresAt: new Date(given(expiresAt)) };
}

function inputOf({ approvals, seconds, ...target }: TokenWish): CreateAccessTokenInput {
  return {
    ...('job' in target
      ? { job: target.job }
      : { agent: target.agent, access: target.submit === true ? 'SUBMIT' : 'READ' }),
    ...(approvals === undefined ? {} : { approvals }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

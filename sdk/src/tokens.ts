import { CreateAccessTokenDocument, type CreateAccessTokenInput } from './_generated/documents.ts';
import { RefusedError } from './errors.ts';
import { type HttpOptions, send } from './http.ts';

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
export async function createToken(http: HttpOptions, wish: TokenWish): Promise<AccessToken> {
  const variables = { input: inputOf(wish) };
  const answer = await send(http, { document: CreateAccessTokenDocument, variables }, {});
  const { id, secret, expiresAt, userErrors } = answer.createAccessToken;
  if (id === null || secret === null || expiresAt === null) throw new RefusedError(userErrors);
  return { id, secret, expiresAt: new Date(expiresAt) };
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

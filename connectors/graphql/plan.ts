import type { JsonObject } from '../../kernel/json.ts';
import type { CallContext } from '../connector.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { secretHeaders } from '../parts/secret-headers.ts';
import type { ProofServices } from '../parts/proof.ts';
import { proofOf, type RequestCredential } from '../parts/request-credential.ts';
import type { AnswerOptions } from './answer.ts';
import type { GraphqlConfig, GraphqlOperation } from './config.ts';
import type { Parsed } from './documents.ts';

/** One operation about to be called. */
export interface Plan {
  readonly config: GraphqlConfig;
  readonly operation: GraphqlOperation;
  readonly parsed: Parsed;
  readonly variables: JsonObject;
  readonly context: CallContext;
  readonly answers: AnswerOptions;
  /** Sends a document; queries ask for no effect and may be sent again. */
  post(text: string, variables: JsonObject, signal: AbortSignal): Promise<EgressResponse>;
}

interface Asking {
  readonly config: GraphqlConfig;
  readonly credential: RequestCredential | undefined;
  readonly operation?: GraphqlOperation;
  readonly isQuery?: boolean;
}

/** How documents are sent for an operation; without one, for the connector's own queries. */
export function asking(
  services: ProofServices,
  { config, credential, operation, isQuery: isSafe = true }: Asking,
  context: CallContext,
): Pick<Plan, 'post' | 'answers'> {
  const applied = proofOf(services, credential, context);
  const { idempotencyKey } = context;
  const header = operation?.idempotencyHeader?.toLowerCase();
  const isKeyed = header !== undefined && idempotencyKey !== undefined;
  const headers = {
    accept: 'application/graphql-response+json, application/json;q=0.9',
    ...Object.fromEntries(
      Object.entries(config.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    ...applied.headers,
    ...(isKeyed ? { [header]: idempotencyKey } : {}),
    'content-type': 'application/json',
  };
  const { texts } = secretHeaders(config.headers ?? {});
  return {
    answers: {
      name: context.integrationName,
      // Looked at when an answer is there: a token comes with the request.
      get secrets() {
        return [...applied.secrets, ...texts];
      },
    },
    post: (text, variables, signal) =>
      services.egress.request(
        connectionOf(config.limits, context, applied),
        {
          method: 'POST',
          url: config.url,
          headers,
          authorization: applied.authorization,
          body: JSON.stringify({ query: text, variables }),
          isRepeatable: isSafe || isKeyed,
          isSafe,
          ...timesOf(config.limits, context),
        },
        signal,
      ),
  };
}

import { z } from 'zod';

import type { Actor } from '../../core/access/actor.ts';
import type { SignAssertion } from '../../core/access/assertion.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { PageGate } from '../admit/ask.ts';
import { assertionHeaders } from './authenticate.ts';

const patienceMs = 45_000;

/** Who asks a subgraph, and by what. */
export interface Holder {
  readonly actor: Actor;
  readonly subgraph: string;
  readonly sign: SignAssertion;
  readonly gate: PageGate;
}

export interface HeldQuestion<Answer> {
  readonly query: string;
  readonly input: JsonObject;
  readonly answer: z.ZodType<Answer>;
}

/**
 * Asks a subgraph for who holds a link. An answer that tells of an error says nothing of the link: what looks like none may be
 * there.
 */
export async function tellAs<Answer>(
  { actor, subgraph, sign, gate }: Holder,
  { query, input, answer }: HeldQuestion<Answer>,
): Promise<Answer> {
  const headers = assertionHeaders(actor, sign);
  const identity = { key: `${actor.kind} ${actor.id}`, isAuthenticated: true, headers };
  const told = await gate.tell({
    ...{ subgraph, query, variables: { input }, identity },
    ...{ requestId: gate.requestId, signal: AbortSignal.timeout(patienceMs) },
  });
  const { data, success } = z
    .object({ data: answer, errors: z.never().optional() })
    .safeParse(told);
  if (!success) throw new AppError('UNAVAILABLE', 'the link could not be looked at now');
  return data.data;
}

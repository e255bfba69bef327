import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { checkTexts } from '../parse.ts';
import { permitQuestion } from './permit-question.ts';
import { parseQuestion, type Answer, type Question } from './question.ts';

/** What the verb needs beside the context of all: the gateway's own word, to hand it on. */
type AskingContext = VerbContext & {
  readonly assertion?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** A measure over what has ended in the tenant, answered by the warehouse. */
export async function analytics(context: AskingContext, args: Question): Promise<Answer> {
  checkTexts(args, '');
  const { measure } = parseQuestion(args);
  await permitQuestion(context, measure);
  const { warehouse, assertion, requestId, signal } = context;
  if (warehouse === undefined || assertion === undefined)
    throw new AppError(
      'WAREHOUSE_UNAVAILABLE',
      'no warehouse is set up: run operandi warehouse and set OPERANDI_WAREHOUSE_URL, see docs/analytics.md',
    );
  return await warehouse.ask(args, { assertion, requestId, signal });
}

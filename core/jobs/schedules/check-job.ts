import type { Definition } from '../../../engine/definition.ts';
import { sensitivityOf } from '../../../engine/sensitive/marks.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { VerbContext } from '../../context.ts';
import { checkInput } from '../check-input.ts';
import type { LabelList } from '../labels.ts';
import { placeJob } from '../place-job.ts';
import { inputAt, labelsOf } from '../scheduled-job.ts';

/** What each job of a schedule begins with. */
export interface ScheduledJob {
  readonly name: string;
  readonly input: JsonValue;
  readonly tickAs: string | null;
  readonly labels: LabelList;
}

/** Refuses what the agent's jobs could not begin with, so that no tick has to find out. */
export async function checkJob(
  context: VerbContext,
  definition: Definition,
  { name, input, tickAs, labels }: ScheduledJob,
): Promise<void> {
  if (tickAs !== null && !isJsonObject(input))
    throw new AppError('BAD_USER_INPUT', 'needs an input that is an object', {
      path: 'input.tickAs',
    });
  const isEmpty = isJsonObject(input) && Object.keys(input).length === 0;
  if (!isEmpty && sensitivityOf(definition.document) !== undefined)
    throw new AppError(
      'BAD_USER_INPUT',
      'the agent works on sensitive data, which a schedule does not keep: let its jobs look up what they need',
      { path: 'input.input' },
    );
  const inputText = JSON.stringify(input);
  const first = inputAt({ inputText, tickAs }, context.clock.now());
  const { tenantId } = context.actor;
  await checkInput(context, definition, { tenantId, input: first, path: 'input.input' });
  placeJob(definition, { input: first, path: 'input', labels: labelsOf({ name, labels }) });
}

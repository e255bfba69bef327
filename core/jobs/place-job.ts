import type { Definition } from '../../engine/definition.ts';
import { placeJob as read, UnreadablePlace } from '../../engine/placement.ts';
import { RefusedError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { maxLabels, type LabelList } from './labels.ts';

interface Placing {
  readonly input: JsonValue;
  /** Path of the job in the arguments. */
  readonly path: string;
  /** What the caller gives; of one key it goes before the document. */
  readonly labels?: LabelList | null | undefined;
}

/** Labels and gate of a job that is about to be queued. Refuses an input from which its document cannot read them. */
export function placeJob(
  definition: Definition,
  { input, path, labels }: Placing,
): Pick<SubmitRow, 'labels' | 'gate'> {
  const placement = readable(() => read(definition, input), path);
  const given = (labels ?? []).map(({ key, value }) => [key, value] as const);
  const all = new Map([...Object.entries(placement.labels), ...given]);
  if (all.size > maxLabels)
    throw refusal(
      `${path}.labels`,
      `a job has at most ${String(maxLabels)} labels, with those of its document`,
    );
  const { gate } = placement;
  return {
    ...(all.size === 0 ? {} : { labels: [...all].map(([key, value]) => ({ key, value })) }),
    ...(gate === undefined ? {} : { gate }),
  };
}

function readable<Result>(work: () => Result, path: string): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnreadablePlace)) throw error;
    throw refusal(`${path}.input`, error.message);
  }
}

function refusal(field: string, message: string): RefusedError {
  return new RefusedError('BAD_USER_INPUT', [{ code: 'BAD_USER_INPUT', field, message }]);
}

import { type CallTask, subscriptionOf } from '../document.ts';
import type { Remark } from '../finding.ts';
import { duration } from './durations.ts';
import { fault } from './remarks.ts';

/** Protocols of the language that messages go over here. */
const spoken: ReadonlySet<string> = new Set(['http', 'ws', 'mqtt', 'mqtt5']);

/** What `call: asyncapi` has to keep beyond its schema; `path` is that of its `with`. */
export function checkAsyncApi(task: CallTask, path: string): Remark[] {
  const { protocol, server } = task.with ?? {};
  const isRefused = typeof protocol === 'string' && server === undefined && !spoken.has(protocol);
  return [
    ...(isRefused
      ? [
          fault('unsupported/protocol', `${path}/protocol`, {
            message: `call asyncapi does not speak ${protocol}`,
            hint: `Use ${[...spoken].join(', ')}, or a gateway of the broker that does.`,
          }),
        ]
      : []),
    ...checkConsumption(task, `${path}/subscription/consume`),
  ];
}

function checkConsumption(task: CallTask, path: string): Remark[] {
  const { amount, for: length } = subscriptionOf(task)?.consume ?? {};
  return [
    ...(amount !== undefined && amount < 1
      ? [
          fault('consume/amount', `${path}/amount`, {
            message: 'no message would be waited for',
            hint: 'Give at least 1.',
          }),
        ]
      : []),
    ...duration(length, `${path}/for`),
  ];
}

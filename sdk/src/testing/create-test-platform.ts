import { type Client, clientOver } from '../client.ts';
import { ConnectionError, OperandiError } from '../errors.ts';
import { textOf } from '../operation.ts';
import { untilAborted } from '../signals.ts';
import type { Transport } from '../transport.ts';
import { type Answers, answersOf } from './answers.ts';
import type { AgentScript } from './script.ts';
import { streamsOf } from './streams.ts';
import { createWorld } from './world.ts';

export interface TestPlatformOptions {
  /** What each agent does, by the name it is submitted with. */
  readonly agents?: Readonly<Record<string, AgentScript>>;
  /** What is answered to operations that are not played, by their name: the data, or an error that is thrown. */
  readonly answers?: Answers;
  /** @default the time now */
  readonly now?: () => Date;
}

/** A platform in memory. */
export interface TestPlatform extends AsyncDisposable {
  /** The client of the SDK, whose operations are answered here: no network. */
  readonly client: Client;
  /** Operations that were sent, in order. */
  readonly sent: readonly { readonly operation: string; readonly variables: unknown }[];
  /** The next operation meets this instead of an answer, e.g. `new OperandiError('FORBIDDEN', '…')`; several in a row. */
  failNext(error: Error): void;
  /** All streams lose their connection; those that can are resumed. */
  dropConnections(): void;
  /** Resolves when nothing moves by itself: calls are answered, and each job is over, paused, or waits for somebody. */
  settled(): Promise<void>;
}

/**
 * Makes a platform in memory that runs scripts as jobs, under the same types and errors: jobs with events, approvals, events from
 * outside, batches, lists and streams. It plays no schedules, integrations and audit log; give those `answers`.
 */
export function createTestPlatform(options: TestPlatformOptions = {}): TestPlatform {
  const world = createWorld(options.agents ?? {}, options.now ?? (() => new Date()));
  const answers: Answers = { ...answersOf(world), ...options.answers };
  const streams = streamsOf(world);
  const sent: { readonly operation: string; readonly variables: unknown }[] = [];
  const faults: Error[] = [];
  let line = new AbortController();
  let underWay = 0;

  const unknown = (name: string): OperandiError =>
    new OperandiError(
      'BAD_USER_INPUT',
      `the test platform does not play ${name}: give it an answer by \`answers\``,
    );

  const transport: Transport = {
    isRenewable: false,
    send: async (operation, variables, { signal } = {}) => {
      underWay += 1;
      try {
        const { name } = await textOf(operation);
        sent.push({ operation: name, variables });
        const fault = faults.shift();
        if (fault !== undefined) throw fault;
        const answer = answers[name];
        if (answer === undefined) throw unknown(name);
        // The types of what is sent and answered are those of the operation of that name.
        const data = await untilAborted(Promise.resolve(answer(variables as never)), signal);
        return { data: data as never };
      } finally {
        underWay -= 1;
        world.ring();
      }
    },
    async *subscribe(operation, variables, signal) {
      const { name } = await textOf(operation);
      sent.push({ operation: name, variables });
      const stream = streams[name];
      if (stream === undefined) throw unknown(name);
      const either = AbortSignal.any([line.signal, ...(signal === undefined ? [] : [signal])]);
      yield* stream(variables as never, either) as AsyncGenerator<never, void>;
    },
    [Symbol.asyncDispose]: () => {
      line.abort(new ConnectionError('the test platform has ended'));
      for (const job of world.jobs.values())
        job.controller.abort(new Error('the test platform has ended'));
      return Promise.resolve();
    },
  };
  return {
    client: clientOver(transport),
    sent,
    failNext: (error) => void faults.push(error),
    dropConnections: () => {
      line.abort(new ConnectionError('the connection was dropped'));
      line = new AbortController();
    },
    settled: async () => {
      const isBusy = (): boolean =>
        underWay > 0 ||
        [...world.jobs.values()].some(({ shown }) => ['QUEUED', 'RUNNING'].includes(shown.state));
      while (isBusy()) await world.changed();
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { recordingLog } from '../tests/support/log.ts';
import { runInTrace } from './current-trace.ts';
import { runInLogContext } from './log-context.ts';
import { sendLogs } from './send-logs.ts';

interface ReceivedRecord {
  readonly body: { readonly stringValue: string };
  readonly severityNumber: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string; readonly intValue?: number };
  }[];
}

interface Sent {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly ReceivedRecord[] }[];
  }[];
}

/** A collector of OTLP over HTTP that keeps records. */
async function startReceiver(
  stack: AsyncDisposableStack,
  opening: Promise<undefined> = Promise.resolve(undefined),
) {
  const records: ReceivedRecord[] = [];
  const paths = new Set<string | undefined>();
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      await opening;
      const { resourceLogs } = JSON.parse(Buffer.concat(chunks).toString()) as Sent;
      paths.add(request.url);
      for (const { scopeLogs } of resourceLogs)
        for (const { logRecords } of scopeLogs) records.push(...logRecords);
      response.setHeader('content-type', 'application/json').end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { records, paths, endpoint: `http://127.0.0.1:${port}` };
}

it('a collector gets each line with its trace and for whom it is, as it is written, secrets hidden', async () => {
  await using stack = new AsyncDisposableStack();
  const { records, paths, endpoint } = await startReceiver(stack);
  const { log, lines } = recordingLog();
  const sending = sendLogs({ settings: { endpoint, sendsLogs: true }, service: 'worker', log });
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
  runInLogContext({ tenantId: 't1', jobId: 'j1' }, () =>
    runInTrace({ headers, set: () => undefined }, () =>
      log.warn({ password: 'hunter2', tries: 3, err: new TypeError('no') }, 'it failed'),
    ),
  );
  log.child({ worker: 'w1' }).info('idle');
  await sending?.[Symbol.asyncDispose]();
  log.info('after');
  expect([...paths]).toEqual(['/v1/logs']);
  const [failed, idle, ...others] = records;
  expect(others).toEqual([]);
  expect(failed).toMatchObject({ severityNumber: 13, body: { stringValue: 'it failed' } });
  expect(failed).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
  const told = Object.fromEntries(
    failed?.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]) ?? [],
  );
  expect(told).toMatchObject({ 'operandi.tenant': 't1', 'operandi.job': 'j1', tries: 3 });
  expect(told).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no' });
  expect(JSON.stringify(records)).not.toContain('hunter2');
  expect(idle?.attributes).toContainEqual({ key: 'worker', value: { stringValue: 'w1' } });
  expect(lines).toHaveLength(3);
});

it('while the collector does not answer every line is written all the same, and no more wait than there is room', async () => {
  await using stack = new AsyncDisposableStack();
  const { promise: opening, resolve: open } = Promise.withResolvers<undefined>();
  const { records, endpoint } = await startReceiver(stack, opening);
  const { log, lines } = recordingLog();
  const sending = sendLogs({ settings: { endpoint, sendsLogs: true }, service: 'worker', log });
  for (let index = 0; index < 20_000; index += 1) log.info('said');
  expect(lines).toHaveLength(20_000);
  open(undefined);
  await sending?.[Symbol.asyncDispose]();
  // What waited, and at most a batch that was on its way.
  expect(records.length).toBeLessThanOrEqual(2_048 + 512);
});

it('a collector that is away is waited for no longer than is fit', async () => {
  const { log, lines } = recordingLog();
  // A port of nobody.
  const settings = { endpoint: 'http://127.0.0.1:1', sendsLogs: true };
  const sending = sendLogs({ settings, service: 'worker', log });
  log.info('said');
  await sending?.[Symbol.asyncDispose]();
  expect(lines).toHaveLength(1);
});

it('nobody is sent lines unless that is wanted', () => {
  const { log } = recordingLog();
  const settings = { endpoint: 'http://127.0.0.1:1', sendsLogs: false };
  expect(sendLogs({ settings, service: 'worker', log })).toBeUndefined();
  const nowhere = { endpoint: undefined, sendsLogs: true };
  expect(sendLogs({ settings: nowhere, service: 'worker', log })).toBeUndefined();
});

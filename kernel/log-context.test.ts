import { EventEmitter, once } from 'node:events';
import { expect, it } from 'vitest';
import { runInTrace } from './current-trace.ts';
import {
  boundToLogs,
  logContext,
  logForNobody,
  noteInLogs,
  runInLogContext,
  streamForLogs,
} from './log-context.ts';
import { recordingLog } from '../tests/support/log.ts';

const said = (line: string | undefined): unknown => JSON.parse(line ?? '{}');

it('a line tells for whom it is written, what has become known meanwhile, and nothing twice', () => {
  const { log, lines } = recordingLog();
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
  runInLogContext({ requestId: 'r1' }, () => {
    noteInLogs({ tenantId: 't1' });
    runInLogContext({ jobId: 'j1' }, () => log.info('inner'));
    runInTrace({ headers, set: () => undefined }, () => log.info('traced'));
    log.info('after');
    log.child({ requestId: 'own' }).info({ tenantId: 'given' }, 'told');
  });
  log.info('outside');
  expect(said(lines[0])).toMatchObject({ requestId: 'r1', tenantId: 't1', jobId: 'j1' });
  expect(said(lines[1])).toMatchObject({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) });
  expect(said(lines[2])).toMatchObject({ requestId: 'r1', trace_id: 'a'.repeat(32) });
  expect(lines[2]).not.toContain('span_id');
  expect(said(lines[3])).toMatchObject({ requestId: 'own', tenantId: 'given' });
  expect(lines[3]?.match(/"(requestId|tenantId)"/g)).toHaveLength(2);
  expect(lines[4]).not.toMatch(/requestId|tenantId|jobId|trace_id/);
});

it('what serves nobody is said to be of nobody, wherever it was begun', () => {
  const seen = runInLogContext({ requestId: 'r1' }, () => logForNobody(() => logContext()));
  expect(seen).toEqual({});
});

it('a listener and a stream work for whom they were made, whoever calls them', async () => {
  const emitter = new EventEmitter();
  async function* contexts() {
    yield await Promise.resolve(logContext().requestId);
    yield await Promise.resolve(logContext().requestId);
  }
  const seen: unknown[] = [];
  const stream = runInLogContext({ requestId: 'r1' }, () => {
    emitter.on(
      'seen',
      boundToLogs(() => void seen.push(logContext().requestId)),
    );
    return streamForLogs(contexts());
  });
  const told = once(emitter, 'seen');
  await runInLogContext({ requestId: 'r2' }, async () => {
    for await (const each of stream) seen.push(each);
    emitter.emit('seen');
  });
  await told;
  expect(seen).toEqual(['r1', 'r1', 'r1']);
});

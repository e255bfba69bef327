import { expect, it } from 'vitest';
import { createHeldSpans, type EndedSpan } from './held-spans.ts';

function holding(limits: { readonly maxSpans?: number; readonly maxKept?: number } = {}) {
  const sent: string[] = [];
  const told: string[] = [];
  const held = createHeldSpans<EndedSpan & { readonly name: string }>({
    ...{ ...limits, slowMs: 100, read: (span) => span },
    send: ({ name }) => void sent.push(name),
    onKept: (traceId) => void told.push(traceId),
  });
  const add = (traceId: string, name: string, end: Partial<EndedSpan> = {}): void =>
    held.add({ traceId, name, isFailed: false, durationMs: 1, ...end });
  return { held, add, sent, told };
}

it('a trace with a failed or a slow span is sent whole, what came before and what comes after', () => {
  const { add, sent, told } = holding();
  add('failed', 'gateway');
  add('fine', 'other');
  add('failed', 'worker', { isFailed: true });
  add('failed', 'again');
  add('slow', 'run', { durationMs: 100 });
  expect(sent).toEqual(['gateway', 'worker', 'again', 'run']);
  expect(told).toEqual(['failed', 'slow']);
});

it('what another process keeps is sent here, and not told again', () => {
  const { held, add, sent, told } = holding();
  add('theirs', 'gateway');
  held.keep('theirs');
  add('theirs', 'late');
  expect(sent).toEqual(['gateway', 'late']);
  expect(told).toEqual([]);
  expect(held.size).toBe(0);
});

it('ten thousand open traces take no more room than there is, the oldest leave, and so do marks', () => {
  const { held, add, sent } = holding({ maxSpans: 1_000, maxKept: 10 });
  for (let index = 0; index < 10_000; index += 1) {
    add(`trace-${index}`, 'gateway');
    add(`trace-${index}`, 'subgraph');
    expect(held.size).toBeLessThanOrEqual(1_000);
  }
  held.keep('trace-1');
  held.keep('trace-9999');
  expect(sent).toEqual(['gateway', 'subgraph']);
  for (let index = 0; index < 10; index += 1) held.keep(`other-${index}`);
  add('trace-9999', 'forgotten');
  expect(sent).not.toContain('forgotten');
});

it('one endless trace does not fill the room either', () => {
  const { held, add } = holding({ maxSpans: 100 });
  for (let index = 0; index < 1_000; index += 1) add('endless', 'span');
  expect(held.size).toBeLessThanOrEqual(100);
});

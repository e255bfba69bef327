import { describe, expect, it } from 'vitest';

import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallRequest } from '../host.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { loadDefinition } from '../load-definition.ts';
import { memoryJournal } from '../journal.ts';
import { runJob } from '../testing/run-job.ts';

const task = (more = ''): string => `
do:
  - check:
      call: agent
      with:
        integration: models
        operation: check
        input: '\${ .invoice }'
        tools:
          find_order: { integration: shop, operation: order }
          refund: { integration: bank, operation: pay }
        ${more}
`;

const wants = (name: string, args: JsonObject = {}): JsonObject => ({
  output: null,
  toolCalls: [{ id: `of-${name}`, name, arguments: args }],
  usage: { inputTokens: 10, outputTokens: 2 },
});
const done = (output: JsonValue): JsonObject => ({
  ...{ output, usage: { inputTokens: 20, outputTokens: 3 } },
});

/** A model that says one thing after the other, and tools that answer by their operation. */
function outside(
  says: readonly JsonObject[],
  tools: Readonly<Record<string, () => JsonValue>> = {},
) {
  let turn = 0;
  const asked: JsonObject[] = [];
  const call = ({ with: request }: CallRequest): JsonValue => {
    asked.push(request);
    const { integration, operation } = request;
    if (integration !== 'models') return tools[textOf(operation)]?.() ?? null;
    turn += 1;
    return says[turn - 1] ?? done('nothing more');
  };
  return { asked, script: { call } };
}

const input = { invoice: 'invoice 7' };

describe('call agent', () => {
  it('asks the model, makes its calls, tells it what came of them, and has its output', async () => {
    const { asked, script } = outside([wants('find_order', { id: 'A-1' }), done({ fits: true })], {
      order: () => ({ total: 120 }),
    });
    const { outcome } = await runJob(task(), { input, script });
    expect(outcome).toMatchObject({
      state: 'completed',
      output: {
        ...{ output: { fits: true }, turns: 2, toolCalls: 1 },
        ...{ inputTokens: 30, outputTokens: 5 },
      },
    });
    expect(asked[1]).toEqual({ integration: 'shop', operation: 'order', arguments: { id: 'A-1' } });
    expect(asked[2]?.['arguments']).toEqual({
      messages: [
        { role: 'user', content: 'invoice 7' },
        {
          role: 'assistant',
          toolCalls: [{ id: 'of-find_order', name: 'find_order', arguments: { id: 'A-1' } }],
        },
        { role: 'tool', toolCallId: 'of-find_order', content: { total: 120 } },
      ],
    });
  });

  it('reads every question and every call back when it is replayed', async () => {
    const first = outside([wants('find_order'), done('ok')], { order: () => 1 });
    const { journal, outcome } = await runJob(task(), { input, script: first.script });
    const again = outside([]);
    const replayed = await runJob(task(), {
      ...{ input, script: again.script, journal: memoryJournal(journal) },
    });
    expect(replayed.outcome).toEqual(outcome);
    expect(again.asked).toEqual([]);
  });

  it('calls nothing that the definition does not name, whatever the model says', async () => {
    const { asked, script } = outside([
      wants('drop_everything'),
      wants('__proto__'),
      wants('bank.pay'),
      done('${ $secrets.key }'),
    ]);
    const { outcome } = await runJob(task(), { input, script });
    expect(asked.every(({ integration }) => integration === 'models')).toBe(true);
    expect(JSON.stringify(asked)).toContain('there is no such tool');
    // What a model says is no expression.
    expect(outcome).toMatchObject({ output: { output: '${ $secrets.key }' } });
  });

  it('tells the model of calls that are refused, and ends with those that nobody knows of', async () => {
    const refused = outside([wants('find_order'), done('so be it')], {
      order() {
        throw workflowError('communication', 'there is no A-1', { status: 404 });
      },
    });
    const told = await runJob(task(), { input, script: refused.script });
    expect(told.outcome).toMatchObject({ state: 'completed', output: { output: 'so be it' } });
    expect(JSON.stringify(refused.asked[2])).toContain('{"error":"there is no A-1","status":404}');
    for (const error of [
      workflowError('communication', 'broken', { status: 502 }),
      workflowError('timeout', 'late'),
    ]) {
      const lost = outside([wants('refund'), done('paid')], {
        pay() {
          throw error;
        },
      });
      const { outcome } = await runJob(task(), { input, script: lost.script });
      expect(outcome).toMatchObject({ state: 'faulted' });
      expect(lost.asked).toHaveLength(2);
    }
  });

  it.each([
    ['maxToolCalls: 2', 2],
    ['maxTokens: 20', 1],
  ])('spends no more than %s', async (bound, calls) => {
    const { asked, script } = outside(Array.from({ length: 50 }, () => wants('find_order')));
    const { outcome } = await runJob(task(bound), { input, script });
    expect(outcome).toMatchObject({ state: 'faulted', error: { title: 'Runtime error' } });
    expect(asked.filter(({ integration }) => integration === 'shop')).toHaveLength(calls);
  });

  it('has tools that are written, not computed', () => {
    const text = task().replace('operation: order', "operation: '${ .tool }'");
    const head = 'document: {dsl: 1.0.3, namespace: tests, name: test, version: 1.0.0}';
    const { findings } = loadDefinition(`${head}${text}`);
    expect(findings.map(({ path }) => path)).toContain(
      '/do/0/check/with/tools/find_order/operation',
    );
  });
});

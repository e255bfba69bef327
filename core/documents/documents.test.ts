import { afterAll, describe, expect, it } from 'vitest';
import { openDocuments } from './documents.ts';

const stack = new AsyncDisposableStack();
const settings = { threads: 2, maxMemoryMb: 128, deadlineMs: 60_000 };
const documents = stack.use(openDocuments(settings));
const owner = { tenantId: 'a' };

afterAll(() => stack.disposeAsync());

const head = 'document: {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0}\n';

describe('openDocuments', { timeout: 120_000 }, () => {
  it('checks a definition and answers a document that can be run', async () => {
    const checked = await documents.check(`${head}do: [{ a: { set: { b: 1 } } }]`, {}, owner);
    expect(checked).toMatchObject({ findings: [], document: { do: [{ a: { set: { b: 1 } } }] } });
  });

  it('tells findings with their place', async () => {
    const { findings, document } = await documents.check(`${head}do: [{ a: {} }]`, {}, owner);
    expect(document).toBeUndefined();
    expect(findings).toMatchObject([{ id: 'structure/unknown-task', line: 2, column: 8 }]);
  });

  it('judges a definition without handing over its document, and what it refers to on any thread', async () => {
    const call =
      '{call: integration, with: {integration: erp, operation: book, arguments: {n: 1}}}';
    const source = `${head}do: [{ a: ${call} }, { b: ${call} }]`;
    const judged = await documents.judge({ source, options: {}, isToBePublished: false }, owner);
    const none = { secrets: [], agents: [], versions: [], approvers: [] };
    expect(judged).toEqual({ findings: [], names: { integrations: ['erp'], ...none } });
    const facts = {
      integrations: [{ name: 'erp', exists: false }],
      secrets: [],
      agents: [],
      approvers: [],
    };
    const check = { source, facts, missing: 'warning' } as const;
    const another = stack.use(openDocuments(settings));
    const told = [
      await documents.checkOutside(check, owner),
      await another.checkOutside(check, owner),
    ];
    expect(told[0]).toMatchObject([{ id: 'outside/integration' }, { id: 'outside/integration' }]);
    expect(told[1]).toEqual(told[0]);
  });

  it('hands over what publishing takes where that is wished', async () => {
    const source = `${head}schedule: {every: PT1H}\ninput: {schema: {document: {type: object}}}\ndo: [{ a: { set: { b: 1 } } }]`;
    const { publishable } = await documents.judge(
      { source, options: {}, isToBePublished: true },
      owner,
    );
    expect(publishable).toEqual({
      document: { dsl: '1.0.3', namespace: 'a', name: 'b', version: '1.0.0' },
      schedule: { every: expect.anything() as unknown },
      inputSchema: { type: 'object' },
    });
  });

  it('tells a definition that takes too long by a finding', async () => {
    const hasty = stack.use(openDocuments({ ...settings, deadlineMs: 1 }));
    const text = head + 'do:\n' + '  - a: { set: { b: 1 } }\n'.repeat(10_000);
    expect(await hasty.check(text, {}, owner)).toMatchObject({
      findings: [{ id: 'source/too-costly', severity: 'error' }],
    });
  });

  it('reads JSON and YAML, and refuses what is neither', async () => {
    expect(await documents.read('{"a": [1]}', owner)).toEqual({ a: [1] });
    expect(await documents.read('a: [1]', owner)).toEqual({ a: [1] });
    await expect(documents.read('a: [1', owner)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('neither YAML nor JSON') as string,
    });
  });

  it('renders a response, and tells why one cannot be', async () => {
    const rendering = { format: 'text', data: { output: 1 } } as const;
    expect(
      await documents.render({ responses: { text: 'n = {{ output }}' }, rendering }, owner),
    ).toMatchObject({ content: 'n = 1' });
    await expect(
      documents.render({ responses: { html: 'x' }, rendering }, owner),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

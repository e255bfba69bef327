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

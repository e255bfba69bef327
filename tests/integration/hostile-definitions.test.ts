import { assert, asyncProperty } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { validateDefinition } from '../../core/jobs/validate-definition.ts';
import { AppError } from '../../kernel/errors.ts';
import { nearDefinitions } from '../support/arbitrary-definitions.ts';
import { createTestDatabase } from '../support/database.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';

describe('a definition that may say anything', { timeout: 600_000 }, () => {
  const stack = new AsyncDisposableStack();
  let context: VerbContext;

  beforeAll(async () => {
    const { database } = stack.use(await createTestDatabase());
    context = await contextOfNewTenant(stack.use(openTestServices(database)));
  });

  afterAll(() => stack.disposeAsync());

  /** The code of what a verb throws; undefined when it does not. */
  async function codeOf(act: Promise<unknown>): Promise<string | undefined> {
    try {
      await act;
      return undefined;
    } catch (error) {
      return error instanceof AppError ? error.code : `INTERNAL: ${String(error)}`;
    }
  }

  it('is published or refused by its findings, and never a fault of the platform', async () => {
    let published = 0;
    await assert(
      asyncProperty(nearDefinitions, async (definition) => {
        const { isValid } = await validateDefinition(context, definition);
        const code = await codeOf(publishAgent(context, { definition }));
        expect(code).toBe(isValid ? undefined : 'DEFINITION_INVALID');
        if (isValid) published += 1;
      }),
      { numRuns: 150 },
    );
    expect(published).toBeGreaterThan(5);
  });

  it.each([
    ['NUL in a comment', '# \0\n'],
    ['half a surrogate pair in a comment', '# \ud800\n'],
    ['a line of nothing but a byte order mark', '\ufeff\n'],
  ])('is looked at whole: %s', async (_, start) => {
    const definition = `${start}document: {dsl: 1.0.3, namespace: t, name: whole, version: 1.0.0}\ndo: []\n`;
    const { isValid } = await validateDefinition(context, definition);
    expect(await codeOf(publishAgent(context, { definition }))).toBe(
      isValid ? undefined : 'DEFINITION_INVALID',
    );
  });
});

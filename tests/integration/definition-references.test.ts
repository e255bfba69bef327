import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { updateTenant } from '../../core/access/update-tenant.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { archiveAgent } from '../../core/jobs/archive-agent.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { updateSecret } from '../../core/jobs/update-secret.ts';
import { validateDefinition } from '../../core/jobs/validate-definition.ts';
import { RefusedError } from '../../kernel/errors.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import {
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const definition = (name: string, body: string): string =>
  `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: 1.0.0 }\n${body}`;

const ledgerCall = (rest: string): string =>
  definition(
    'booker',
    `do:\n  - book:\n      call: integration\n      with:\n        integration: ledger\n${rest}`,
  );

const ledger = {
  name: 'ledger',
  kind: 'http',
  config: {
    baseUrl: 'https://ledger.example',
    operations: [
      {
        name: 'postEntry',
        method: 'POST',
        path: '/entries',
        arguments: {
          account: { type: 'string' },
          amount: { type: 'number', isRequired: false },
        },
      },
    ],
  },
};

const child = (version: string): string =>
  definition(
    'parent',
    `do:\n  - ask:\n      run:\n        workflow: { namespace: test, name: helper, version: ${version} }\n`,
  );

describe.each(databaseKinds)('references of a definition, database %s', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  let context: VerbContext;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    context = await contextOfNewTenant(services);
  });

  const told = async (source: string): Promise<readonly string[]> => {
    const { findings } = await validateDefinition(context, source);
    return findings.map(({ severity, line, column, id }) => `${severity} ${line}:${column} ${id}`);
  };

  it('to an integration, a secret or an agent that is not there warn at its place, and stop nothing', async () => {
    const source = definition(
      'all',
      `use: { secrets: [token] }
do:
  - book: { call: integration, with: { integration: ledger, operation: postEntry } }
  - ask: { run: { workflow: { namespace: test, name: helper, version: latest } } }
`,
    );
    const expected = [
      'warning 2:18 outside/secret',
      'warning 4:40 outside/integration',
      'warning 5:48 outside/agent',
    ];
    expect(await told(source)).toEqual(expected);
    const { findings, version } = await publishAgent(context, { definition: source });
    expect(version.version).toBe(1);
    expect(findings).toEqual((await validateDefinition(context, source)).findings);
    expect(findings).toHaveLength(3);
  });

  it('say nothing when everything is there', async () => {
    await createIntegration(context, ledger);
    await setSecret(context, { name: 'token', value: 'x', agents: ['test.all'] });
    await publishAgent(context, { definition: definition('helper', 'do: []') });
    const source = definition(
      'all',
      `use: { secrets: [token] }
do:
  - book:
      call: integration
      with: { integration: ledger, operation: postEntry, arguments: { account: A, amount: '\${ .x }' } }
  - ask: { run: { workflow: { namespace: test, name: helper, version: 1.0.0 } } }
  - again: { run: { workflow: { namespace: test, name: helper, version: '1' } } }
  - itself: { run: { workflow: { namespace: test, name: all, version: latest } } }
  - chosen: { call: integration, with: { integration: '\${ .which }', operation: x } }
`,
    );
    expect(await told(source)).toEqual([]);
  });

  it('to a secret that is for other agents warn at its place', async () => {
    const source = definition('all', 'use: { secrets: [token] }\ndo: []\n');
    await setSecret(context, { name: 'token', value: 'x' });
    expect(await told(source)).toEqual(['warning 2:18 outside/secret-agents']);
    await updateSecret(context, { name: 'token', agents: ['other.*', 'test.all'] });
    expect(await told(source)).toEqual([]);
  });

  it('to an operation that its integration lacks name the one that was meant', async () => {
    await createIntegration(context, ledger);
    const { findings } = await validateDefinition(
      context,
      ledgerCall('        operation: postEntries\n'),
    );
    expect(findings).toMatchObject([
      { id: 'outside/operation', severity: 'warning', line: 7, hint: 'Did you mean "postEntry"?' },
    ]);
  });

  it.each([
    ['an unknown name', '{ account: A, amuont: 1 }', /"amuont" is not expected/, '"amount"'],
    ['a missing one', '{ amount: 1 }', /"account" is required/, 'amount, account'],
    ['a wrong type', '{ account: A, amount: much }', /"amount" must be number/, 'amount, account'],
    ['null for a needed one', '{ account: null }', /"account" is required/, 'amount, account'],
    [
      'an unknown one by expression',
      "{ account: A, x: '${ .x }' }",
      /"x" is not expected/,
      'takes',
    ],
  ])('to arguments that the operation refuses are errors: %s', async (...[, args, words, hint]) => {
    await createIntegration(context, ledger);
    const source = ledgerCall(`        operation: postEntry\n        arguments: ${args}\n`);
    const { findings, isValid } = await validateDefinition(context, source);
    expect(isValid).toBe(false);
    expect(findings).toMatchObject([{ id: 'outside/arguments', severity: 'error', line: 8 }]);
    expect(findings[0]?.message).toMatch(words);
    expect(findings[0]?.hint).toContain(hint);
    await expect(publishAgent(context, { definition: source })).rejects.toThrow(RefusedError);
  });

  it('to arguments that only a run knows are not judged', async () => {
    await createIntegration(context, ledger);
    for (const args of ["'${ . }'", "{ account: '${ .a }', amount: '${ .b }' }"]) {
      const source = ledgerCall(`        operation: postEntry\n        arguments: ${args}\n`);
      expect(await told(source)).toEqual([]);
    }
  });

  it('to an agent tell an archived one and a version that was never published', async () => {
    const helper = await publishAgent(context, { definition: definition('helper', 'do: []') });
    expect(await told(child('2.0.0'))).toEqual(['warning 5:52 outside/agent']);
    expect(await told(child('1.0.0'))).toEqual([]);
    await archiveAgent(context, { id: helper.agent.id });
    expect(await told(child('1.0.0'))).toEqual(['warning 5:38 outside/agent']);
  });

  it('are refused where the tenant wants it so', async () => {
    await updateTenant(context, { missingReferences: 'ERROR' });
    expect(await told(child('latest'))).toEqual(['error 5:38 outside/agent']);
    const refused = publishAgent(context, { definition: child('latest') });
    await expect(refused).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      problems: [
        {
          message:
            '5:38 /do/0/ask/run/workflow/name: there is no agent "test/helper". Publish it before the first job, or correct the name.',
        },
      ],
    });
    await updateTenant(context, { missingReferences: 'WARNING' });
    await publishAgent(context, { definition: child('latest') });
  });

  it('are told neither to another tenant nor to who may not see what the tenant has', async () => {
    await createIntegration(context, ledger);
    const source = ledgerCall('        operation: postEntry\n        arguments: { account: A }\n');
    const stranger = await contextOfNewTenant(services);
    expect((await validateDefinition(stranger, source)).findings).toMatchObject([
      { id: 'outside/integration' },
    ]);
    const reader = contextFor(services, stranger.actor.tenantId, ['JOBS_READ']);
    expect((await validateDefinition(reader, source)).findings).toEqual([]);
  });

  it('are looked up by kind, however many there are', async () => {
    const calls = Array.from(
      { length: 900 },
      (_, index) =>
        `  - t${index}: { call: integration, with: { integration: i${index}, operation: x } }\n`,
    ).join('');
    const { findings } = await validateDefinition(context, definition('many', `do:\n${calls}`));
    expect(findings).toHaveLength(200);
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Connector } from '../../connectors/connector.ts';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import type { Definition } from '../../engine/definition.ts';
import { loadDefinition } from '../../engine/load-definition.ts';
import { readValue } from '../../engine/dsl/source.ts';
import type { CallRequest, EffectContext, Host } from '../../engine/host.ts';
import { memoryJournal } from '../../engine/journal.ts';
import { checkInput } from '../../engine/rules.ts';
import { runDefinition } from '../../engine/run.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { type Partner, startPartner } from './partner.ts';

describe('invoice triage', () => {
  let partner: Partner;
  let egress: Egress;
  let connector: Connector;
  let definition: Definition;
  let config: JsonValue;

  beforeAll(async () => {
    partner = await startPartner({ port: 0 });
    egress = createEgress({ allow: [partner.host] });
    connector = httpOf(openConnectors(egress));
    config = { ...(await readJson('integration.json')), baseUrl: partner.url };
    definition = await loadSop();
  });

  afterAll(async () => {
    await egress[Symbol.asyncDispose]();
    await partner[Symbol.asyncDispose]();
  });

  it('has a procedure without findings and an integration without problems', async () => {
    const { findings } = loadDefinition(await readText('sop.yaml'), { format: 'yaml' });
    expect(findings).toEqual([]);
    expect(connector.checkConfig(config)).toEqual([]);
  });

  it('decides every invoice as expected, asks for suppliers in batches and posts each once', async () => {
    const expected = Object.entries(await readJson('expected.json')).filter(
      ([, { decision }]) => decision === 'POSTED' || decision === 'REFUSED',
    );
    expect(expected).toHaveLength(24);
    const decisions = await Promise.all(
      expected.map(async ([file]) => [file, await decide(file)] as const),
    );
    expect(Object.fromEntries(decisions)).toEqual(
      Object.fromEntries(
        expected.map(([file, { decision, reason }]) => [
          file,
          { decision, reason: reason ?? null },
        ]),
      ),
    );
    expect(partner.stats).toMatchObject({ lookups: 0, posts: 14, distinctKeys: 14, refused: 0 });
    expect(partner.stats.batchCalls).toBeLessThan(expected.length / 2);
  });

  it('refuses malformed invoices before a job exists, with code and field', async () => {
    const expected = Object.entries(await readJson('expected.json')).filter(
      ([, { decision }]) => decision === 'REJECTED',
    );
    expect(expected).toHaveLength(3);
    for (const [file, { code, field }] of expected) {
      const input = await readJson(join('invoices', file));
      const [first] = checkInput(definition, input);
      expect([file, first]).toMatchObject([file, { code, field: `/${field ?? ''}` }]);
    }
  });

  async function decide(file: string): Promise<JsonObject> {
    const outcome = await runDefinition(definition, {
      input: await readJson(join('invoices', file)),
      host: hostFor(file),
      journal: memoryJournal(),
      job: { id: file, startedAt: Date.parse('2026-11-01T00:00:00Z') },
      signal: AbortSignal.timeout(20_000),
      observe: () => undefined,
    });
    if (outcome.state !== 'completed' || !isJsonObject(outcome.output))
      throw new Error(JSON.stringify(outcome));
    const { decision = null, reason = null } = outcome.output;
    return { decision, reason };
  }

  function hostFor(jobId: string): Host {
    return {
      now: () => Date.now(),
      sleep: () => Promise.resolve(),
      readDocument: (text) => Promise.resolve(readValue(text)),
      call: async ({ with: given }: CallRequest, effect: EffectContext) => {
        const { value } = await connector.invoke(
          {
            config,
            operation: textOf(given['operation']),
            arguments: objectOf(given['arguments']),
          },
          {
            ...{
              tenantId: 'tenant-1',
              integrationId: 'i-1',
              integrationName: 'partner',
              credentialVersion: 1,
            },
            credential: { type: 'bearer', token: partner.token },
            signal: effect.signal,
            idempotencyKey: `${jobId}${effect.idempotencyKey}`,
          },
        );
        return value;
      },
      emit: () => Promise.resolve(),
      secret: () => Promise.resolve(undefined),
      ask: () => Promise.resolve(undefined),
    };
  }
});

async function loadSop(): Promise<Definition> {
  const { definition, findings } = loadDefinition(await readText('sop.yaml'), { format: 'yaml' });
  if (definition === undefined) throw new Error(JSON.stringify(findings, null, 2));
  return definition;
}

function httpOf(connectors: ReadonlyMap<string, Connector>): Connector {
  const connector = connectors.get('http');
  if (connector === undefined) throw new Error('there is no connector of kind http');
  return connector;
}

function readText(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, name), 'utf8');
}

async function readJson(name: string): Promise<Record<string, Record<string, string>>> {
  return JSON.parse(await readText(name)) as Record<string, Record<string, string>>;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

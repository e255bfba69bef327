import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { call, configOf, contextOf, type Stand } from './stand.ts';

/** What a connector says of its operations, of itself and by asking the system. */
export function describeOffers(stand: () => Stand): void {
  it('describes arguments and answers as they are', async () => {
    const { subject } = stand();
    const { reading } = subject;
    const operation = stand()
      .connectorFor()
      .operations(configOf(stand()))
      .find(({ name }) => name === reading.operation);
    const { value } = await call(stand(), reading);
    expect(faultsOf(operation?.arguments ?? false, reading.arguments)).toEqual([]);
    expect(faultsOf(operation?.result ?? true, value)).toEqual([]);
    for (const bad of Object.values(subject.badArguments))
      expect([bad, faultsOf(operation?.arguments ?? true, bad)]).not.toEqual([bad, []]);
  });

  it('asks what the system offers where it can be asked, and calls it', async () => {
    const { subject, proxy } = stand();
    const { discovery, reading, credential } = subject;
    const allow = [proxy.host, ...(discovery?.allow ?? [])];
    const connector = stand().connectorFor({ allow });
    expect(connector.discover === undefined).toBe(discovery === undefined);
    if (discovery === undefined) return;
    const config = discovery.configFor({ host: '127.0.0.1', port: proxy.port });
    const found = (await connector.discover?.(config, contextOf({ credential }))) ?? null;
    expect(connector.checkConfig(found)).toEqual([]);
    expect(connector.operations(found).map(({ name }) => name)).toContain(reading.operation);
    const { value } = await connector.invoke(
      { config: found, ...reading },
      contextOf({ credential }),
    );
    expect(value).toEqual(discovery.value ?? reading.value);
  });
}

function faultsOf(schema: JsonValue, value: JsonValue): readonly unknown[] {
  // The platform runs patterns in linear time, which look-around is not.
  expect(JSON.stringify(schema)).not.toMatch(/\(\?<?[=!]/u);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(asSchema(schema));
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Whatever dialect it names: what kinds use of them means the same. */
function asSchema(schema: JsonValue): JsonObject | boolean {
  if (!isJsonObject(schema)) return schema === true;
  const { $schema: _, ...rest } = schema;
  return rest;
}

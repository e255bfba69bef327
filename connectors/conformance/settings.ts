import { expect, it } from 'vitest';

import { configOf, type Stand } from './stand.ts';

/** What a connector says and takes before it is called. */
export function describeSettings(stand: () => Stand): void {
  it('describes its settings by JSON Schema', () => {
    const connector = stand().connectorFor();
    expect(connector.kind).toBe(stand().subject.kind);
    expect(connector.description).not.toBe('');
    expect(connector.configSchema).toMatchObject({ type: 'object' });
    expect(Object.keys(connector.credentialSchema)).not.toEqual([]);
  });

  it('takes a good configuration and credential', () => {
    const { subject } = stand();
    const connector = stand().connectorFor();
    expect(connector.checkConfig(configOf(stand()))).toEqual([]);
    expect(connector.checkCredential(subject.credential)).toEqual([]);
    expect(connector.checkCredential(subject.wrongCredential)).toEqual([]);
  });

  it('refuses a bad configuration with a code and the field at fault', () => {
    const { subject } = stand();
    const connector = stand().connectorFor();
    const bad = { ...subject.badConfigs, surprise: { surprise: true } };
    for (const [field, change] of Object.entries(bad)) {
      const problems = connector.checkConfig({ ...configOf(stand()), ...change });
      expect(problems.map(({ code }) => code)).toContain('BAD_USER_INPUT');
      expect(problems.map((problem) => problem.field)).toContain(field === 'surprise' ? '' : field);
    }
  });

  it('refuses a bad credential without repeating it', () => {
    const problems = stand().connectorFor().checkCredential({ type: 'canary-7f3a' });
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('canary-7f3a');
  });

  it('shows its operations with JSON Schemas of their arguments', () => {
    const { subject } = stand();
    const operations = stand().connectorFor().operations(configOf(stand()));
    const reading = operations.find(({ name }) => name === subject.reading.operation);
    expect(reading?.arguments).toMatchObject({ type: 'object' });
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
  });

  it('names where a credential goes, and another place by another name', () => {
    const { subject } = stand();
    const connector = stand().connectorFor();
    const elsewhere = connector.destinationOf(
      subject.configFor({ host: 'elsewhere.example', port: 4000 }),
    );
    expect(connector.destinationOf(configOf(stand()))).not.toBe(elsewhere);
  });
}

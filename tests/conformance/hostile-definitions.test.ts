import { assert, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../engine/load-definition.ts';
import { nearDefinitionBytes, nearDefinitions } from '../support/arbitrary-definitions.ts';

const numRuns = 1_500;

describe('loading a definition', { timeout: 600_000 }, () => {
  it('ends in findings with a place or in a definition, whatever the text or the bytes say', () => {
    let valid = 0;
    assert(
      property(oneof(nearDefinitions, nearDefinitionBytes), (source) => {
        const { findings, definition } = loadDefinition(source);
        const isRefused = findings.some(({ severity }) => severity === 'error');
        expect(definition === undefined).toBe(isRefused);
        for (const { id, message, hint, line, column } of findings) {
          expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*$/);
          expect(message).not.toBe('');
          expect(hint).not.toBe('');
          expect(line).toBeGreaterThanOrEqual(1);
          expect(column).toBeGreaterThanOrEqual(1);
        }
        if (definition !== undefined) valid += 1;
      }),
      { numRuns },
    );
    // Texts that are all refused at the first step would prove nothing of the later ones.
    expect(valid).toBeGreaterThan(numRuns / 50);
  });
});

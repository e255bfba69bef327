import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../engine/load-definition.ts';

const folder = new URL('./examples/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace(/\.yaml$/, ''));

/** The official examples that are refused at publish, with the finding that says why. */
const refused: Readonly<Record<string, string>> = {
  'call-mcp': 'unsupported/call',
  'run-container': 'unsupported/run',
  'run-container-cleanup-always': 'unsupported/run',
  'run-container-cleanup-eventually': 'unsupported/run',
  'run-container-stdin-and-arguments': 'unsupported/run',
  'run-container-with-name': 'unsupported/run',
  'run-container-with-pull-policy': 'unsupported/run',
  'run-return-all': 'unsupported/run',
  'run-return-code': 'unsupported/run',
  'run-return-none': 'unsupported/run',
  'run-return-stderr': 'unsupported/run',
  'run-script-with-stdin-and-arguments': 'unsupported/run',
  'run-shell-stdin-and-arguments': 'unsupported/run',
};

function load(name: string, isAllowed = false) {
  const source = readFileSync(new URL(`${name}.yaml`, folder), 'utf8');
  return loadDefinition(
    source,
    isAllowed ? { allow: { container: true, script: true, shell: true } } : {},
  );
}

describe('official examples', () => {
  it.each(names.filter((name) => !(name in refused)))('loads %s', (name) => {
    const { findings, definition } = load(name);
    expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    expect(definition).toBeDefined();
  });

  it.each(Object.entries(refused))('refuses %s for the reason %s alone', (name, reason) => {
    const errors = load(name).findings.filter((finding) => finding.severity === 'error');
    expect(new Set(errors.map((finding) => finding.id))).toEqual(new Set([reason]));
  });

  it.each(Object.keys(refused).filter((name) => refused[name] === 'unsupported/run'))(
    'loads %s where the operator allows it',
    (name) => {
      expect(load(name, true).findings.filter((finding) => finding.severity === 'error')).toEqual(
        [],
      );
    },
  );
});

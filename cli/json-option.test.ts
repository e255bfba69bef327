import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { readJsonOption } from './json-option.ts';

describe('an option with JSON', () => {
  it('is read as it is written, with all digits', async () => {
    const value = await readJsonOption('--input', '{"a":12345678901234567890}');
    expect(JSON.stringify(value)).toBe('{"a":12345678901234567890}');
  });

  it.each(['-', '@-'])('is standard input where it is %s', (text) => {
    const module = new URL('json-option.ts', import.meta.url).href;
    const code = `import { readJsonOption } from '${module}';
console.log(await readJsonOption('--input', '${text}'));`;
    const script = `echo '"read"' | "${process.execPath}" --input-type=module --eval "$CODE"`;
    const env = { ...process.env, CODE: code };
    expect(execFileSync('sh', ['-c', script], { env, encoding: 'utf8' })).toBe('read\n');
  });

  it('names itself and the file where there is no JSON', async () => {
    await expect(readJsonOption('--input', '{')).rejects.toThrow(
      '--input has to be JSON, and it is not: ',
    );
    await expect(readJsonOption('--input', '@README.md')).rejects.toThrow(
      '--input has to be JSON, and README.md is not: ',
    );
    await expect(readJsonOption('--input', '@nowhere.json')).rejects.toThrow('nowhere.json');
  });
});

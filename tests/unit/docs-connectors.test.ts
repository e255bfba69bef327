import { readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { createPrograms } from '../../connectors/mcp/stdio/programs.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { parseToolServers } from '../../kernel/config/tool-servers.ts';
import { parseJson } from '../../kernel/json.ts';
import { processSettings } from '../support/process-settings.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const text = read('docs/connectors.md');
const egress = createEgress();
const connectors = openConnectors(egress);

const [servers] = /```json servers\n(.*?)```/s.exec(text)?.slice(1) ?? [];
const settings = { ...processSettings, isolation: 'unsafe' } as const;
const toolServers = parseToolServers(servers ?? '');
const programs = createPrograms({ servers: toolServers, settings, most: 1 });
const withProgram = openConnectors(egress, undefined, programs).get('mcp');

afterAll(() => egress[Symbol.asyncDispose]());

const blocks = [...text.matchAll(/```(?<language>\w+) (?<mark>[^\n]+)\n(?<body>.*?)```/gs)].map(
  ({ groups }) => ({ mark: groups?.['mark'] ?? '', body: groups?.['body'] ?? '' }),
);

describe('docs/connectors.md', () => {
  it('has a row and a part for each kind of the registry', () => {
    const parts = [...text.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    for (const kind of connectors.keys()) {
      expect(text).toContain(`| \`${kind}\``);
      if (kind !== 'http') expect(parts).toContain(kind);
    }
  });

  it.each(blocks.filter(({ mark }) => mark.startsWith('config ')))(
    'shows a $mark that its connector accepts',
    ({ mark, body }) => {
      const kind = mark.replace('config ', '');
      const connector = kind === 'mcp-program' ? withProgram : connectors.get(kind);
      const config = parseJson(body);
      expect(connector?.checkConfig(config)).toEqual([]);
      expect(connector?.destinationOf(config)).not.toBe('');
    },
  );

  it.each(blocks.filter(({ mark }) => mark.startsWith('credential ')))(
    'shows a $mark that its connector accepts',
    ({ mark, body }) => {
      const connector = connectors.get(mark.replace('credential ', ''));
      expect(connector?.checkCredential(parseJson(body))).toEqual([]);
    },
  );

  it.each(blocks.filter(({ mark }) => mark.startsWith('examples/')))(
    'shows $mark as it is',
    ({ mark, body }) => {
      expect(body).toBe(read(mark));
    },
  );
});

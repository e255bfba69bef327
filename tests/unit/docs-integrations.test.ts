import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createEgress } from '../../connectors/egress/egress.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';

const text = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');

/** JSON of the fenced blocks with the given mark. */
function examples(mark: string) {
  const found = [...text.matchAll(new RegExp('```json ' + mark + '\\n([^`]*)```', 'g'))];
  return found.map(([, body = '']) => z.json().parse(JSON.parse(body)));
}

describe('docs/integrations.md', () => {
  it('shows a configuration and credentials that the http connector accepts', async () => {
    await using egress = createEgress();
    const connectors = openConnectors(egress);
    const http = connectors.get('http');
    const [config = null] = examples('config');
    expect(http?.checkConfig(config)).toEqual([]);
    const credentials = examples('credential');
    expect(credentials.length).toBeGreaterThan(2);
    for (const credential of credentials) expect(http?.checkCredential(credential)).toEqual([]);
    const operations = http?.operations(config) ?? [];
    expect(operations.map(({ isBatched }) => isBatched)).toEqual([false, true]);
  });
});

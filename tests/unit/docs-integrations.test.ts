import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createEgress } from '../../connectors/egress/egress.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';

const text = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');

/** JSON of the fenced block with the given mark. */
function example(mark: string) {
  const [, body = ''] = new RegExp('```json ' + mark + '\\n([^`]*)```').exec(text) ?? [];
  return z.json().parse(JSON.parse(body));
}

describe('docs/integrations.md', () => {
  it('shows a configuration and a credential that the http connector accepts', async () => {
    await using egress = createEgress();
    const connectors = openConnectors(egress);
    const http = connectors.get('http');
    expect(http?.checkConfig(example('config'))).toEqual([]);
    expect(http?.checkCredential(example('credential'))).toEqual([]);
    const operations = http?.operations(example('config')) ?? [];
    expect(operations.map(({ isBatched }) => isBatched)).toEqual([false, true]);
  });
});

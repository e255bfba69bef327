import { expect, it } from 'vitest';

import { readWeighted } from './weighted-list.ts';

it('reads members in their order, with their weights and parameters', () => {
  expect(readWeighted('Text/HTML;q=0.5, multipart/mixed; deferSpec=20220824,br;q=x')).toEqual([
    { name: 'text/html', parameters: ['q=0.5'], quality: 0.5 },
    { name: 'multipart/mixed', parameters: ['deferspec=20220824'], quality: 1 },
    { name: 'br', parameters: ['q=x'], quality: 0 },
  ]);
});

import { expect, test } from 'vitest';

import { createShares } from './shares.ts';

test('refuses an owner its own excess and leaves the rest to others', () => {
  const shares = createShares({ total: 5, perOwner: 3 });
  expect([shares.take('a', 3), shares.take('a'), shares.take('b', 2)]).toEqual([
    undefined,
    'owner',
    undefined,
  ]);
  expect([shares.take('c'), shares.held]).toEqual(['total', 5]);
});

test('has room again for what was given back', () => {
  const shares = createShares({ total: 2, perOwner: 2 });
  shares.take('a', 2);
  shares.give('a');
  expect([shares.take('b'), shares.held]).toEqual([undefined, 2]);
});

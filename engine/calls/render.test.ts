import { expect, it } from 'vitest';
import { outputOf } from '../testing/run-job.ts';

it('takes a template as it is written, whatever looks like an expression in it', async () => {
  const source = `do:
  - text:
      call: render
      with:
        format: text
        template: 'costs \${{ price }}, written \${price'
        data: { price: '\${ .amount * 2 }' }
`;
  expect(await outputOf(source, { input: { amount: 4 } })).toBe('costs $8, written ${price');
});

import { expect, test } from 'vitest';

import { parseGatewayConfig } from '../../config/config.ts';
import { compileHeaderRules, type HeaderRule } from './rules.ts';

const forging: readonly HeaderRule[] = [
  { propagate: 'x-user', rename: 'X-Operandi-Actor' },
  { insert: 'x-operandi-actor', value: 'admin' },
  { propagate: 'x-user', rename: 'Content-Length' },
];

test.each(forging)('refuses a configuration that writes a header of the gateway: %j', (rule) => {
  const parse = () => parseGatewayConfig({ headers: { request: { all: [rule] } } });
  expect(parse).toThrow(/headers\.request\.all\.0/);
});

test.each(forging)('writes no header of the gateway, whatever a rule says: %j', (rule) => {
  const apply = compileHeaderRules({ all: [rule] }, 'any');
  expect(apply({ 'x-user': 'mallory' })).toEqual({});
});

test('renames, defaults, inserts and removes in the order of the rules', () => {
  const apply = compileHeaderRules(
    {
      all: [
        { propagateMatching: 'x-.*' },
        { propagate: 'Region', rename: 'x-region', default: 'eu' },
        { insert: 'x-from', value: 'gateway' },
      ],
      subgraphs: { shop: [{ remove: 'X-Debug' }] },
    },
    'shop',
  );
  const received = { 'x-debug': '1', 'x-trace': 't', 'x-operandi-actor': 'forged', cookie: 'c' };
  expect(apply(received)).toEqual({ 'x-trace': 't', 'x-region': 'eu', 'x-from': 'gateway' });
});

import type { Subject } from '../../../connectors/conformance/subject.ts';
import { sqlCredential, sqlPassword, type SqlPeer } from '../sql-peers.ts';

/** An account that an agent may read and pay into. */
export function sqlSubject(peer: SqlPeer | undefined): Subject {
  if (peer === undefined) throw new Error('the database is not installed');
  const at = (index: number): string => (peer.dialect === 'postgresql' ? `$${String(index)}` : '?');
  return {
    kind: 'sql',
    endpoint: { host: '127.0.0.1', port: peer.port },
    configFor: ({ host, port }) =>
      peer.configWith(
        [
          {
            name: 'account',
            statement: `select id, owner from account where id = ${at(1)}`,
            parameters: [{ name: 'id', type: 'integer' }],
          },
          {
            name: 'pay',
            statement: `update account set balance = balance + ${at(1)} where id = ${at(2)}`,
            parameters: [
              { name: 'amount', type: 'number' },
              { name: 'id', type: 'integer' },
            ],
            access: 'write',
            result: 'count',
          },
        ],
        { host, port },
      ),
    credential: sqlCredential,
    wrongCredential: { ...sqlCredential, password: 'canary-bad-password' },
    secrets: [sqlPassword, 'canary-bad-password'],
    reading: { operation: 'account', arguments: { id: 1 }, value: [{ id: 1, owner: 'Ada' }] },
    writing: { operation: 'pay', arguments: { amount: 1, id: 3 }, actsOn: 'commit' },
    badArguments: {
      'arguments.id': {},
      'arguments.other': { id: 1, other: 1 },
    },
    badConfigs: {
      host: { host: 'a/b' },
      dialect: { dialect: 'oracle' },
      'operations.0.statement': {
        operations: [{ name: 'a', statement: "copy account to program 'id'" }],
      },
      'operations.0.batch': {
        operations: [{ name: 'a', statement: 'select 1', batch: { keyArgument: 'id', key: 'id' } }],
      },
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

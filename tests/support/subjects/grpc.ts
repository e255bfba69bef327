import {
  ledgerProto,
  ledgerToken,
  openGrpcServer,
} from '../../../connectors/testing/grpc-server.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

const entry = {
  ...{ id: 'e1', amountCents: '9007199254740993', state: 'OPEN', lines: [], byAccount: {} },
  ...{ flags: {}, receipt: '', codes: [], serials: [], earlier: 'STATE_UNSPECIFIED' },
};

export async function openGrpc(): Promise<Subject> {
  const server = await openGrpcServer();
  return {
    kind: 'grpc',
    endpoint: server.endpoint,
    configFor: ({ host, port }) => ({
      ...{ host, port, tls: 'off', readOnly: ['Books_GetEntry'] },
      protos: { 'ledger.proto': ledgerProto },
    }),
    discovery: {
      configFor: ({ host, port }) => ({ host, port, tls: 'off', readOnly: ['Books_GetEntry'] }),
      // Its reflection does not tell of \`json_name\`.
      value: { ...entry, note: 'für Ada' },
    },
    credential: { type: 'bearer', token: ledgerToken },
    wrongCredential: { type: 'bearer', token: 'canary-bad-token' },
    secrets: [ledgerToken, 'canary-bad-token'],
    reading: {
      operation: 'Books_GetEntry',
      arguments: { id: 'e1' },
      value: { ...entry, remark: 'für Ada' },
    },
    writing: { operation: 'Books_Book', arguments: { id: 'canary-entry' }, actsOn: 'canary-entry' },
    badArguments: {
      'arguments.id': { id: 7 },
      'arguments.other': { id: 'e1', other: 1 },
    },
    badConfigs: {
      host: { host: 'a b' },
      'protos.ledger.proto': { protos: { 'ledger.proto': 'message A { Missing a = 1; }' } },
      descriptors: { descriptors: 'AAAA' },
      services: { services: ['ledger.v1.Nothing'] },
      readOnly: { readOnly: ['Books_Nothing'] },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

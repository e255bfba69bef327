import { readFileSync } from 'node:fs';

import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

import type { Endpoint } from '../conformance/subject.ts';

export const ledgerProto = readFileSync(new URL('ledger.proto', import.meta.url), 'utf8');
export const ledgerToken = 'canary-good-token';

/** A server by grpc-js, with the API of `ledger.proto`. */
export interface GrpcServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Metadata of the calls so far. */
  readonly seen: readonly Readonly<Record<string, unknown>>[];
  /** Entries that were booked. */
  readonly booked: readonly unknown[];
}

export interface GrpcServerOptions {
  readonly credentials?: grpc.ServerCredentials;
  /** @default true */
  readonly hasReflection?: boolean;
}

const health = {
  Check: {
    path: '/grpc.health.v1.Health/Check',
    ...{ requestStream: false, responseStream: false },
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  },
};

export async function openGrpcServer(options: GrpcServerOptions = {}): Promise<GrpcServer> {
  const seen: Record<string, unknown>[] = [];
  const booked: unknown[] = [];
  const server = new grpc.Server();
  const definition = loadSync(new URL('ledger.proto', import.meta.url).pathname, {
    ...{ longs: String, enums: String, defaults: true, oneofs: true },
  });
  server.addService(serviceOf(definition), handlersOf(seen, booked));
  server.addService(health, {
    Check: guarded(seen, () => Buffer.from([0x08, 0x01])),
  });
  if (options.hasReflection !== false) new ReflectionService(definition).addToServer(server);
  const credentials = options.credentials ?? grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    endpoint: { host: '127.0.0.1', port },
    seen,
    booked,
    [Symbol.asyncDispose]() {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

function serviceOf(definition: ReturnType<typeof loadSync>): grpc.ServiceDefinition {
  return definition['ledger.v1.Books'] as grpc.ServiceDefinition;
}

type Unary<Request, Answer> = grpc.handleUnaryCall<Request, Answer>;

function guarded<Request, Answer>(
  seen: Record<string, unknown>[],
  work: (request: Request) => Answer,
): Unary<Request, Answer> {
  return (call, callback) => {
    seen.push(call.metadata.getMap());
    const [given] = call.metadata.get('authorization');
    if (given !== `Bearer ${ledgerToken}`) {
      const details = `not you, ${String(given)}`;
      callback({ code: grpc.status.UNAUTHENTICATED, details });
      return;
    }
    try {
      callback(null, work(call.request));
    } catch (error) {
      callback(error as grpc.ServiceError);
    }
  };
}

interface Listing {
  readonly count: number;
  readonly bytesEach: number;
}

function handlersOf(
  seen: Record<string, unknown>[],
  booked: unknown[],
): grpc.UntypedServiceImplementation {
  return {
    GetEntry: guarded(seen, ({ id }: { readonly id: string }) => {
      const code = /^fail-(\d+)$/.exec(id)?.[1];
      if (code !== undefined) throw failure(Number(code));
      return { id, amountCents: '9007199254740993', state: 'OPEN', note: { value: 'für Ada' } };
    }),
    Book: guarded(seen, (entry: unknown) => {
      booked.push(entry);
      return entry;
    }),
    ListEntries: (call: grpc.ServerWritableStream<Listing, unknown>) => {
      const { count, bytesEach } = call.request;
      for (let index = 0; index < count; index += 1)
        call.write({ id: String(index), receipt: Buffer.alloc(bytesEach) });
      if (count === 3) call.emit('error', failure(grpc.status.ABORTED));
      else call.end();
    },
    Upload: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
      callback(null, {});
    },
  };
}

function failure(code: number): Error {
  return Object.assign(new Error('it is über'), { code, details: 'it is über' });
}

import type { Subject } from '../../connectors/conformance/subject.ts';
import { openEcho } from './subjects/a2a.ts';
import { openReceiver } from './subjects/asyncapi.ts';
import { openGraphql } from './subjects/graphql.ts';
import { openGrpc } from './subjects/grpc.ts';
import { openLedger } from './subjects/http.ts';
import { openLlm } from './subjects/llm.ts';
import { openMcp } from './subjects/mcp.ts';
import { openPets } from './subjects/openapi.ts';
import { openBucket } from './subjects/s3.ts';
import { openWorkspace } from './subjects/slack.ts';
import { openMail } from './subjects/smtp.ts';
import { type FaultProxy, openFaultProxy } from '../../connectors/testing/fault-proxy.ts';
import { findProgram } from './process.ts';
import { openMariadbPeer, openPostgresPeer } from './sql-peers.ts';
import { sqlSubject } from './subjects/sql.ts';

/** A peer of one kind of integration behind a proxy that can lose its answers. */
export interface EffectPeer {
  readonly subject: Subject;
  readonly proxy: FaultProxy;
  /** Where the proxy listens. */
  readonly endpoint: { readonly host: string; readonly port: number };
}

export interface EffectPeers extends AsyncDisposable {
  /** Throws for a kind that nobody has written a peer for. */
  of(kind: string): EffectPeer;
  /** `host:port` of all proxies. */
  readonly hosts: readonly string[];
}

/** One for every kind of the registry. */
const openers: Readonly<Record<string, () => Promise<Subject>>> = {
  http: openLedger,
  graphql: openGraphql,
  openapi: openPets,
  grpc: openGrpc,
  asyncapi: openReceiver,
  sql: async () => sqlSubject(await openSql()),
  smtp: openMail,
  s3: openBucket,
  slack: openWorkspace,
  llm: openLlm,
  mcp: openMcp,
  a2a: openEcho,
};

const hasPostgres = findProgram('initdb') !== undefined;
const openSql = hasPostgres ? openPostgresPeer : openMariadbPeer;

/** Kinds whose peer is not installed here. */
export const absentKinds: readonly string[] =
  hasPostgres || findProgram('mariadbd') !== undefined ? [] : ['sql'];

/** Starts the peers of all kinds, each behind its proxy. */
export async function openEffectPeers(): Promise<EffectPeers> {
  await using stack = new AsyncDisposableStack();
  const present = Object.entries(openers).filter(([kind]) => !absentKinds.includes(kind));
  const opened = await Promise.all(
    present.map(async ([kind, open]) => {
      const subject = stack.use(await open());
      const proxy = stack.use(await openFaultProxy(subject.endpoint));
      return [kind, { subject, proxy, endpoint: { host: '127.0.0.1', port: proxy.port } }] as const;
    }),
  );
  const peers = new Map<string, EffectPeer>(opened);
  const moved = stack.move();
  return {
    of(kind) {
      const peer = peers.get(kind);
      if (peer === undefined) throw new Error(`no peer of kind ${kind} in effect-peers.ts`);
      return peer;
    },
    hosts: opened.map(([, { proxy }]) => proxy.host),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

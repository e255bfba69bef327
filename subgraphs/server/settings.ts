import type { Metrics } from '../../kernel/telemetry.ts';
import type { PeerTls } from '../../kernel/tls/peer-tls.ts';
import type { DocumentLimits } from './document-limits.ts';

/** How a subgraph is run; the same for all four. */
export interface SubgraphSettings {
  /** Public halves of the keys with which gateways sign who calls, `id:base64[,…]`. */
  readonly assertionPublicKeys: string;
  /** Answers `__schema` and suggests names in errors. */
  readonly introspection: boolean;
  /** Answers `_service { sdl }`, for tools that compose from running subgraphs. @default false */
  readonly servesSdl?: boolean;
  /** Largest request body and WebSocket message, bytes. @default 8 MiB */
  readonly maxBodyBytes?: number;
  /** How long open requests may take when the subgraph stops, milliseconds. @default 10000 */
  readonly drainMs?: number;
  /** How long it goes on serving before that while it is not ready, milliseconds. @default 0 */
  readonly drainDelayMs?: number;
  /** Certificates; with them it speaks TLS, and takes requests of peers only. @default plain HTTP */
  readonly tls?: PeerTls | undefined;
  /** Of a process with one subgraph. @default its own, which only its own port serves */
  readonly metrics?: Metrics;
  readonly documentLimits?: Partial<DocumentLimits>;
}

export const defaultMaxBodyBytes = 8 * 1024 * 1024;
export const defaultDrainMs = 10_000;

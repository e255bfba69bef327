/** Settings of the WebSocket endpoint. */
export interface WebSocketOptions {
  /** Largest message a client may send, bytes. @default 262_144 */
  readonly maxMessageBytes: number;
  /** Time for `connection_init` after the socket opened, milliseconds. @default 3_000 */
  readonly initTimeoutMs: number;
  /** Time between pings, and the time a pong may take, milliseconds. @default 15_000 */
  readonly pingMs: number;
  /** Origins of foreign web pages that may connect; absent, every origin. Clients without an Origin header always may. */
  readonly allowedOrigins?: readonly string[];
  /** Sockets of all clients together. @default 50_000 */
  readonly maxSockets: number;
  /** Sockets from one address, that own proxies in front of the gateway may tell. @default 20_000 */
  readonly maxSocketsPerAddress: number;
  /** Sockets of one key that is known; what is nobody's is counted by address alone. @default 20_000 */
  readonly maxSocketsPerKey: number;
  /** Proxies of our own whose word on the client's address counts. @default 0 */
  readonly trustedHops: number;
}

export const defaultWebSocketOptions: WebSocketOptions = {
  maxMessageBytes: 262_144,
  initTimeoutMs: 3_000,
  pingMs: 15_000,
  maxSockets: 50_000,
  maxSocketsPerAddress: 20_000,
  maxSocketsPerKey: 20_000,
  trustedHops: 0,
};

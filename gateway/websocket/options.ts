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
}

export const defaultWebSocketOptions: WebSocketOptions = {
  maxMessageBytes: 262_144,
  initTimeoutMs: 3_000,
  pingMs: 15_000,
  maxSockets: 50_000,
};

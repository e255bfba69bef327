/** The SDK falls back to `ws` where there is no WebSocket; a browser has one. */
export const WebSocket = undefined;

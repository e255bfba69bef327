import type { Place } from '../egress/converse.ts';
import type { Line, LineWish } from './line.ts';

/** Opens the line that a target wants; what speaks a protocol is loaded when it is spoken. */
export async function openLine(wish: LineWish, place: Place, signal: AbortSignal): Promise<Line> {
  switch (wish.target.wire.kind) {
    case 'ws':
      return await (await import('./ws-line.ts')).openWebSocket(wish, place, signal);
    case 'mqtt':
      return await (await import('./mqtt-line.ts')).openMqtt(wish, place, signal);
    case 'http':
      return await (await import('./http-line.ts')).openHttpStream(wish, place, signal);
  }
}

import type { Socket } from 'node:net';
import {
  generate,
  type IConnackPacket,
  type IPublishPacket,
  type Packet,
  parser as createParser,
  type QoS,
} from 'mqtt-packet';

import { untilAborted } from '../egress/abort.ts';
import type { Place, SentMark } from '../egress/converse.ts';
import { IntegrationError } from '../errors.ts';
import { openSocket } from '../parts/open-socket.ts';
import type { Inbox } from './inbox.ts';
import type { Line, LineWish } from './line.ts';
import type { WireMessage } from './messages.ts';

/** Seconds after which either side says that it is still there. */
const keepaliveSeconds = 30;
const packetId = 1;

/** Connects to a broker with a session that ends with the connection. */
export async function openMqtt(wish: LineWish, place: Place, signal: AbortSignal): Promise<Line> {
  const { name, target } = wish;
  const tls = target.wire.isSecure ? {} : undefined;
  const socket = await openSocket({ name, tls }, place, signal);
  const talk = talkOver(socket, wish);
  try {
    const connack = talk.answer('connack');
    talk.say(connectPacket(wish));
    requireAccepted(await untilAborted(connack, signal), name);
  } catch (error) {
    talk.close();
    throw error;
  }
  return {
    get isUsable() {
      return !socket.destroyed;
    },
    publish: (message, mark) => publish(talk, { wish, message, mark }),
    consume: (inbox) => consume(talk, wish, inbox),
    reset: () => Promise.resolve(),
    close: () => talk.close(),
  };
}

function connectPacket({ target: { wire }, login, maxBytes }: LineWish): Packet {
  const { version = 4 } = wire;
  return {
    ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: version, clean: true },
    ...{ clientId: `operandi-${crypto.randomUUID().slice(0, 13)}`, keepalive: keepaliveSeconds },
    ...(login && { username: login.username, password: Buffer.from(login.password) }),
    ...(version === 5 ? { properties: { maximumPacketSize: maxBytes } } : {}),
  };
}

/** Codes of both versions that say that whoever asks is not let in. */
const notLetIn: ReadonlySet<number> = new Set([4, 5, 0x86, 0x87]);

function requireAccepted({ returnCode, reasonCode }: IConnackPacket, name: string): void {
  const code = reasonCode ?? returnCode ?? 0;
  if (code === 0) return;
  const isRefusal = notLetIn.has(code);
  throw new IntegrationError(`${name} did not let us in (code ${String(code)})`, {
    isRetryable: !isRefusal && code !== 1 && code !== 2,
    ...(isRefusal ? { status: 401 } : {}),
  });
}

interface Talk {
  readonly version: 4 | 5;
  say(packet: Packet): void;
  /** The next packet of this kind; rejects when the connection ends before. */
  answer<K extends Packet['cmd']>(cmd: K): Promise<Extract<Packet, { cmd: K }>>;
  onMessage(put: (packet: IPublishPacket) => void): void;
  /** Rejects when the connection ends. */
  readonly ended: Promise<never>;
  readonly socket: Socket;
  close(): void;
}

function talkOver(socket: Socket, { name, target, maxBytes }: LineWish): Talk {
  const { version = 4 } = target.wire;
  const parser = createParser({ protocolVersion: version });
  const waiting = new Map<string, PromiseWithResolvers<Packet>>();
  const ended = Promise.withResolvers<never>();
  let onMessage: ((packet: IPublishPacket) => void) | undefined;
  ended.promise.catch(() => undefined);

  const end = (error: Error): void => {
    socket.destroy();
    pulse.stop();
    ended.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const say = (packet: Packet): void => {
    const bytes = generate(packet, { protocolVersion: version });
    if (bytes.length === 0) end(new TypeError(`a packet ${packet.cmd} cannot be written`));
    else if (!socket.destroyed) socket.write(bytes);
  };
  const pulse = keepAlive(socket, { say, end });

  parser.on('packet', (packet: Packet) => {
    if (packet.cmd === 'publish') {
      onMessage?.(packet);
      return;
    }
    if (packet.cmd === 'disconnect')
      end(new IntegrationError(`${name} ended the connection`, { isRetryable: true }));
    waiting.get(packet.cmd)?.resolve(packet);
    waiting.delete(packet.cmd);
  });
  parser.on('error', (cause: Error) => {
    const message = `${name} sent what is no packet of MQTT: ${cause.message.slice(0, 200)}`;
    end(new IntegrationError(message, { isRetryable: false, cause }));
  });
  const beat = (): void => pulse.beat();
  feed(socket, { name, maxBytes, end, beat, parse: (bytes) => parser.parse(bytes) });

  return {
    ...{ version, say, socket, ended: ended.promise },
    answer(cmd) {
      const awaited = Promise.withResolvers<Packet>();
      awaited.promise.catch(() => undefined);
      waiting.set(cmd, awaited);
      if (socket.destroyed) awaited.reject(closed());
      return awaited.promise as Promise<Extract<Packet, { cmd: typeof cmd }>>;
    },
    onMessage(put) {
      onMessage = put;
    },
    close() {
      say({ cmd: 'disconnect' });
      pulse.stop();
      socket.destroySoon();
    },
  };
}

interface Feeding {
  readonly name: string;
  readonly maxBytes: number;
  readonly beat: () => void;
  readonly end: (error: Error) => void;
  /** Answers how many bytes wait for the rest of their packet. */
  readonly parse: (bytes: Buffer) => number;
}

/** Hands on what arrives, as long as no packet is too large. */
function feed(socket: Socket, { name, maxBytes, beat, end, parse }: Feeding): void {
  socket.on('data', (chunk) => {
    beat();
    if (parse(typeof chunk === 'string' ? Buffer.from(chunk) : chunk) <= maxBytes) return;
    const message = `${name} sent a message of more than ${String(maxBytes)} bytes`;
    end(new IntegrationError(message, { isRetryable: false }));
  });
  socket.on('error', end);
  socket.once('close', () => end(closed()));
}

interface Pulse {
  /** The peer has said something. */
  beat(): void;
  stop(): void;
}

/** Says in every round that we are there; a peer that says nothing for two of them is gone, unless nobody listens to it. */
function keepAlive(
  socket: Socket,
  { say, end }: { readonly say: (packet: Packet) => void; readonly end: (error: Error) => void },
): Pulse {
  let silentRounds = 0;
  const timer = setInterval(() => {
    silentRounds += 1;
    if (silentRounds > 2 && !socket.isPaused()) end(closed());
    else say({ cmd: 'pingreq' });
  }, keepaliveSeconds * 500);
  timer.unref();
  return {
    beat() {
      silentRounds = 0;
    },
    stop: () => clearInterval(timer),
  };
}

function closed(): Error {
  return Object.assign(new Error('the connection has ended'), { code: 'ECONNRESET' });
}

function qosOf({ target: { binding } }: LineWish): QoS {
  const { qos } = binding;
  return qos === 0 || qos === 2 ? qos : 1;
}

interface Publishing {
  readonly wish: LineWish;
  readonly message: WireMessage;
  readonly mark: SentMark;
}

/** With QoS 1, unless the binding says another, the broker tells when it has the message. */
async function publish(talk: Talk, { wish, message, mark }: Publishing): Promise<void> {
  const qos = qosOf(wish);
  const { body: payload, contentType, headers } = message;
  const properties = {
    ...(contentType === undefined ? {} : { contentType }),
    // The library writes no packet at all where there are none.
    ...(Object.keys(headers).length === 0 ? {} : { userProperties: { ...headers } }),
  };
  const acknowledged = qos === 0 ? undefined : talk.answer(qos === 1 ? 'puback' : 'pubrec');
  mark.isSent = true;
  talk.say({
    ...{ cmd: 'publish', topic: wish.target.topic, payload, qos, dup: false },
    ...{ retain: wish.target.binding['retain'] === true, messageId: packetId },
    ...(talk.version === 5 ? { properties } : {}),
  });
  if (acknowledged === undefined) return;
  const { reasonCode = 0 } = await acknowledged;
  requireTaken(reasonCode, wish.name);
  if (qos === 1) return;
  const completed = talk.answer('pubcomp');
  talk.say({ cmd: 'pubrel', messageId: packetId });
  requireTaken((await completed).reasonCode ?? 0, wish.name);
}

function requireTaken(code: number, name: string): void {
  if (code < 0x80) return;
  throw new IntegrationError(`${name} refused the message (code ${String(code)})`, {
    isRetryable: false,
    ...(code === 0x87 ? { status: 403 } : {}),
  });
}

async function consume(talk: Talk, wish: LineWish, inbox: Inbox): Promise<void> {
  inbox.attach({ pause: () => talk.socket.pause(), resume: () => talk.socket.resume() });
  talk.onMessage((packet) => {
    inbox.put(asMessage(packet));
    // Nothing but QoS 1 is asked for, so nothing else has to be answered.
    if (packet.qos > 0 && packet.messageId !== undefined)
      talk.say({ cmd: 'puback', messageId: packet.messageId });
  });
  const granted = talk.answer('suback');
  const qos = qosOf(wish) === 0 ? 0 : 1;
  talk.say({
    cmd: 'subscribe',
    messageId: packetId,
    subscriptions: [{ topic: wish.target.topic, qos }],
  });
  const [code = 0] = (await granted).granted.map(Number);
  if (code >= 0x80)
    throw new IntegrationError(`${wish.name} refused the subscription (code ${String(code)})`, {
      isRetryable: false,
      ...(code === 0x87 ? { status: 403 } : {}),
    });
  await talk.ended;
}

function asMessage({ payload, properties }: IPublishPacket): WireMessage {
  const own = Object.entries(properties?.userProperties ?? {}).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const,
  );
  return {
    body: typeof payload === 'string' ? Buffer.from(payload) : payload,
    contentType: properties?.contentType,
    headers: Object.fromEntries(own),
  };
}

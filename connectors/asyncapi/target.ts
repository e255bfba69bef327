import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { referred } from '../parts/document-parts.ts';
import {
  findChannel,
  type FoundChannel,
  listOf,
  objectOf,
  requireAsyncApi,
  textOf,
  type Wanted,
} from './document.ts';
import { type Message, valueIn } from './message.ts';
import { type MessageModel, messageModel } from './messages.ts';
import { chooseServer, type ServerChoice } from './servers.ts';
import { usualPorts, type Wire } from './wires.ts';

/** What has to be known to reach a channel. */
export interface TargetWish extends Wanted {
  readonly server?: ServerChoice | undefined;
  /** Values for parameters in the address of the channel. */
  readonly parameters: JsonObject;
  /** What is sent: parameters may stand in it. */
  readonly message?: Message | undefined;
}

/** Where messages go or come from. */
export interface Target {
  readonly wire: Wire;
  readonly host: string;
  readonly port: number;
  /** With the scheme, for connections and records. */
  readonly origin: string;
  /** Of HTTP and WebSocket. */
  readonly url: string;
  /** Of MQTT. */
  readonly topic: string;
  /** What the document says of the wire, operation before channel. */
  readonly binding: JsonObject;
  /** One of which a message has to be. */
  readonly messages: readonly MessageModel[];
}

/** Finds in a document where a call goes. */
export function targetOf(document: JsonObject, wish: TargetWish): Target {
  requireAsyncApi(document);
  const found = findChannel(document, wish);
  const { wire, url } = chooseServer(document, found.servers, wish.server ?? {});
  const binding = bindingOf(found, wire);
  requireNothingMore(binding);
  const fill = wire.kind === 'mqtt' ? asLevel : encodeURIComponent;
  const address = addressOf(document, found, { wish, wire, fill });
  const contentType = textOf(document['defaultContentType']) || 'application/json';
  return {
    ...{ wire, host: url.hostname.replace(/^\[|\]$/g, ''), binding },
    port: url.port === '' ? usualPorts[wire.kind][wire.isSecure ? 1 : 0] : Number(url.port),
    origin: `${url.protocol}//${url.host}`,
    url: wire.kind === 'mqtt' ? '' : joined(url, address),
    topic: wire.kind === 'mqtt' ? requireTopic(address, wish) : '',
    messages: found.messages.map((message) =>
      messageModel(document, message, { contentType, direction: wish.direction }),
    ),
  };
}

function bindingOf({ channel, operation }: FoundChannel, { kind, version }: Wire): JsonObject {
  const of = (part: JsonObject): JsonObject => {
    const bindings = objectOf(part['bindings']);
    const special = kind === 'mqtt' && version === 5 ? objectOf(bindings['mqtt5']) : {};
    return { ...objectOf(bindings[kind]), ...special };
  };
  return { ...of(channel), ...of(operation) };
}

/** A query and headers that the protocol needs have no place in the language. */
function requireNothingMore(binding: JsonObject): void {
  for (const place of ['query', 'headers']) {
    const required = listOf(objectOf(binding[place])['required']);
    if (required.length === 0) continue;
    throw new AppError(
      'BAD_USER_INPUT',
      `the binding of the document asks for ${place}, which calls do not send: ${required.map(String).join(', ').slice(0, 200)}`,
      { path: 'document' },
    );
  }
}

interface Filling {
  readonly wish: TargetWish;
  readonly wire: Wire;
  readonly fill: (text: string) => string;
}

/** The address with its parameters: where the message says them, from the input, or as the document has them. */
function addressOf(document: JsonObject, found: FoundChannel, filling: Filling): string {
  const declared = objectOf(found.channel['parameters']);
  return found.address.replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) => {
    const parameter = referred(document, declared[name]);
    const value = valueOf(name, parameter, filling);
    if (value !== undefined) return value;
    throw new AppError('BAD_USER_INPUT', `the parameter ${name} of the channel has no value`, {
      path: 'channel',
    });
  });
}

function valueOf(
  name: string,
  parameter: JsonObject,
  { wish, wire, fill }: Filling,
): string | undefined {
  const schema = { ...objectOf(parameter['schema']), ...parameter };
  const allowed = listOf(schema['enum']);
  const only = allowed.length === 1 ? allowed[0] : undefined;
  const candidates = [
    valueIn(wish.message, textOf(parameter['location'])),
    Object.hasOwn(wish.parameters, name) ? wish.parameters[name] : undefined,
    schema['default'] ?? only,
  ];
  const value = candidates.find((each) => typeof each === 'string' || typeof each === 'number');
  // All of them, as topics have a word for it.
  if (value === undefined && wire.kind === 'mqtt' && wish.direction === 'receive') return '+';
  if (value === undefined) return undefined;
  if (allowed.length > 0 && !allowed.map(String).includes(String(value)))
    throw new AppError('BAD_USER_INPUT', `the parameter ${name} is none of those that there are`, {
      path: 'channel',
    });
  return fill(String(value));
}

/** One level of a topic: nothing in a value makes it more, or a pattern. */
function asLevel(text: string): string {
  if (/^[^/+#\0]+$/.test(text)) return text;
  throw new AppError(
    'BAD_USER_INPUT',
    'a parameter of a topic has one of / + # in it, or nothing',
    {
      path: 'channel',
    },
  );
}

const maxTopicBytes = 65_535;

function requireTopic(topic: string, { direction }: TargetWish): string {
  const isGood =
    topic !== '' &&
    Buffer.byteLength(topic) <= maxTopicBytes &&
    (direction === 'receive' || !/[+#\0]/.test(topic));
  if (isGood) return topic;
  throw new AppError('BAD_USER_INPUT', 'the channel is no topic that can be published to', {
    path: 'channel',
  });
}

function joined(url: URL, address: string): string {
  const base = `${url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin}${withoutSlashes(url.pathname)}`;
  return `${base}/${address.replace(/^\/+/, '')}`.replace(/\/$/, address === '' ? '' : '/');
}

/** Without those at its end; an expression would look on from each of them. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

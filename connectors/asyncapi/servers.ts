import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { referred } from '../parts/document-parts.ts';
import { isThird, listOf, objectOf, textOf } from './document.ts';
import { isMeant, type Wire, wireOf } from './wires.ts';

/** Which server a call means; without a name the first that fits. */
export interface ServerChoice {
  readonly name?: string | undefined;
  readonly variables?: JsonObject | undefined;
  /** As definitions name it; does not matter beside a name. */
  readonly protocol?: string | undefined;
}

/** A server of a document, its variables filled in. */
export interface ChosenServer {
  readonly wire: Wire;
  readonly url: URL;
}

/** The server that messages go to. */
export function chooseServer(
  document: JsonObject,
  ofChannel: readonly string[],
  choice: ServerChoice,
): ChosenServer {
  const all = Object.entries(objectOf(document['servers'])).map(([name, value]) => {
    const server = referred(document, value);
    const protocol = textOf(server['protocol']);
    const wire = wireOf(protocol, textOf(server['protocolVersion']));
    return { name, server, protocol, wire };
  });
  const known = all.filter(({ name }) => ofChannel.length === 0 || ofChannel.includes(name));
  const named = known.filter(({ name }) => choice.name === undefined || name === choice.name);
  if (named.length === 0) throw new NotFoundError('Server of the channel', choice.name ?? '');
  const found = named.find(
    ({ wire }) =>
      wire !== undefined &&
      (choice.name !== undefined ||
        choice.protocol === undefined ||
        isMeant(wire, choice.protocol)),
  );
  if (found?.wire === undefined) throw unspoken(named.map(({ protocol }) => protocol));
  return {
    wire: found.wire,
    url: urlOf(document, { server: found.server, wire: found.wire }, choice),
  };
}

function unspoken(protocols: readonly string[]): AppError {
  const there = [...new Set(protocols)].join(', ').slice(0, 200);
  return new AppError(
    'BAD_USER_INPUT',
    `no server of the channel fits: it has ${there}; http, ws, mqtt and mqtt5 are called`,
    { path: 'server' },
  );
}

function urlOf(
  document: JsonObject,
  { server, wire }: { readonly server: JsonObject; readonly wire: Wire },
  { variables = {} }: ServerChoice,
): URL {
  const scheme = `${wire.kind === 'mqtt' ? 'mqtt' : wire.kind}${wire.isSecure ? 's' : ''}`;
  const written = isThird(document)
    ? `${textOf(server['host'])}${textOf(server['pathname'])}`
    : textOf(server['url']).replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const declared = objectOf(server['variables']);
  const filled = written.replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) =>
    valueOf(name, referred(document, declared[name]), variables[name]),
  );
  const url = URL.parse(`${scheme}://${filled}`);
  if (url !== null && url.hostname !== '' && url.username === '' && url.password === '') return url;
  throw new AppError('BAD_USER_INPUT', 'the server has no address that can be called', {
    path: 'server',
  });
}

function valueOf(name: string, declared: JsonObject, given: JsonValue | undefined): string {
  const value = given ?? declared['default'];
  const isKnown = typeof value === 'string' || typeof value === 'number';
  const text = isKnown ? String(value) : '';
  const allowed = listOf(declared['enum']).map(String);
  if (isKnown && (allowed.length === 0 || allowed.includes(text)) && /^[\w.:/-]+$/.test(text))
    return text;
  throw new AppError(
    'BAD_USER_INPUT',
    isKnown
      ? `the server's variable ${name} cannot be ${JSON.stringify(text.slice(0, 100))}`
      : `the server's variable ${name} has no value`,
    { path: 'server.variables' },
  );
}

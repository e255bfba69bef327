import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { AppError, errorCatalogue } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import { readBody } from '../listen/http/read-body.ts';
import type { BodyBudget } from '../listen/http/body-budget.ts';
import type { Page } from '../listen/http/server.ts';
import { indexOf } from './entry-tags.ts';
import type { CacheStore } from './store.ts';

/** What the endpoint needs. */
export interface InvalidationOptions {
  readonly path: string;
  readonly sharedKey: string;
  readonly store: CacheStore;
  readonly bodies: BodyBudget;
  readonly bodyTimeoutMs: number;
}

const name = z.string().min(1).max(512);
const names = z.array(name).min(1).max(1_000);
const wish = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('subgraph'), subgraph: name }),
  z.strictObject({ kind: z.literal('type'), subgraph: name, type: name }),
  z.strictObject({ kind: z.literal('cache_tag'), subgraphs: names, cache_tag: name }),
]);
const wishes = z.union([z.array(wish).min(1).max(1_000), wish.transform((one) => [one])]);

const maxBytes = 1024 * 1024;

/** Forgets what callers with the key ask to forget; undefined for other paths. */
export function createInvalidation(
  options: InvalidationOptions,
): (url: URL, request: IncomingMessage) => Promise<Page | undefined> {
  return async (url, request) => {
    if (url.pathname !== options.path) return undefined;
    try {
      return answer(202, { count: await invalidate(request, options) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message } = error;
      return answer(errorCatalogue[code].status, { error: { code, message } });
    }
  };
}

async function invalidate(
  request: IncomingMessage,
  { sharedKey, store, bodies, bodyTimeoutMs }: InvalidationOptions,
): Promise<number> {
  if (request.method !== 'POST') throw new AppError('BAD_USER_INPUT', 'Send a POST');
  const given = (request.headers.authorization ?? '').replace(/^Bearer +/i, '');
  if (!constantTimeEquals(given, sharedKey)) {
    throw new AppError('UNAUTHENTICATED', 'Send the shared key in the header authorization');
  }
  const share = bodies.open('invalidation');
  const text = await readBody(request, { maxBytes, timeoutMs: bodyTimeoutMs, share });
  return store.forget(readWishes(text));
}

function readWishes(text: string): readonly string[] {
  const { success, data, error } = wishes.safeParse(parse(text));
  if (!success) {
    const [fault] = error.issues;
    const at = fault === undefined ? '' : ` (${[...fault.path, fault.message].join(' ')})`;
    const expected =
      'Send a list of { kind: "subgraph", subgraph }, { kind: "type", subgraph, type } or { kind: "cache_tag", subgraphs, cache_tag }';
    throw new AppError('BAD_USER_INPUT', `${expected}${at}`);
  }
  return data.flatMap((one) => {
    switch (one.kind) {
      case 'subgraph':
        return [indexOf.subgraph(one.subgraph)];
      case 'type':
        return [indexOf.type(one.subgraph, one.type)];
      case 'cache_tag':
        return one.subgraphs.map((subgraph) => indexOf.tag(subgraph, one.cache_tag));
    }
  });
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'The body is not JSON', { cause });
  }
}

function answer(status: number, body: object): Page {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

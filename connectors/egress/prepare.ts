import { AppError } from '../../kernel/errors.ts';
import type { EgressRequest } from './policy.ts';
import { type Hop, isSafe } from './send.ts';

const repeatableMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'DELETE',
  'TRACE',
]);

// These belong to the transport; from outside they would smuggle a second request or another host.
const transportHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-connection',
]);

/** Turns a request into its first hop, or refuses what could not be sent safely. */
export function prepareHop(request: EgressRequest): Hop {
  const url = URL.parse(request.url);
  if (url === null)
    throw new AppError('BAD_USER_INPUT', 'the address to call is not an absolute URL', {
      path: 'url',
    });
  const method = request.method.toUpperCase();
  if (!/^[A-Z]+$/u.test(method) || method === 'CONNECT') {
    throw new AppError(
      'BAD_USER_INPUT',
      `${JSON.stringify(request.method.slice(0, 32))} is not a method`,
      { path: 'method' },
    );
  }
  const headers = request.headers ?? {};
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return { method, url, headers, body: request.body, isSafe: request.isSafe ?? isSafe(method) };
}

/** True when sending the request twice does no more than sending it once. */
export function isRepeatable(request: EgressRequest): boolean {
  return request.isRepeatable ?? repeatableMethods.has(request.method.toUpperCase());
}

function checkHeader(name: string, value: string): void {
  const path = `headers.${name.slice(0, 64)}`;
  if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name) || transportHeaders.has(name.toLowerCase())) {
    throw new AppError(
      'BAD_USER_INPUT',
      `the header ${JSON.stringify(name.slice(0, 64))} cannot be set`,
      { path },
    );
  }
  if (!/^[\t\x20-\x7e\x80-\xff]*$/u.test(value)) {
    throw new AppError(
      'BAD_USER_INPUT',
      `the value of the header ${name.slice(0, 64)} has a line break or a character that HTTP does not carry`,
      { path },
    );
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;

beforeAll(async () => {
  product = stack.use(await startRunningProduct());
});
afterAll(() => stack.disposeAsync());

const paths = [
  ...[
    '/',
    '/graphiql',
    '/nowhere',
    '/%',
    '/favicon.ico',
    '/metrics',
    '/health/live',
    '/health/ready',
  ],
  ...[
    '/sign-in',
    '/sign-in?provider=%3Cscript%3Eevil',
    '/sign-in/callback?error=%3Cscript%3Eevil',
    '/sign-out',
  ],
  ...['/device', '/auth/device', '/graphql', '/graphql?query=%7B'],
];

describe('everything that the public port answers', () => {
  it.each(paths.flatMap((path) => [['GET', path] as const, ['POST', path] as const]))(
    'to %s %s is neither guessed at, kept unasked, framed nor run',
    async (method, path) => {
      const response = await fetch(new URL(path, product.url), {
        ...{ method, redirect: 'manual', headers: { accept: 'text/html,*/*' } },
      });
      const text = await response.text();
      const { headers } = response;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toMatch(/no-store|no-cache|max-age/);
      expect(text).not.toContain('<script>evil');
      if (!(headers.get('content-type') ?? '').startsWith('text/html')) return;
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).toMatch(/base-uri 'none'/);
      expect(policy).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|\*|https?:)/);
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );
});

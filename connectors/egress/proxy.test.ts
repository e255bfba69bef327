import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { json, openLoopback } from '../testing/loopback.ts';
import { createEgress } from './egress.ts';
import { defaultLimits } from './policy.ts';
import { proxyFor } from './proxy.ts';

describe('the proxy of an address', () => {
  const settings = { https: 'http://secure.proxy', http: 'http://plain.proxy', except: [] };

  it('is that of its scheme', () => {
    expect(proxyFor(new URL('https://a.example/'), settings)).toBe('http://secure.proxy');
    expect(proxyFor(new URL('http://a.example/'), settings)).toBe('http://plain.proxy');
  });

  it.each([
    ['*', 'https://a.example/'],
    ['a.example', 'https://a.example/'],
    ['.example', 'https://a.example/'],
    ['*.example', 'https://a.example/'],
    ['example', 'https://a.example/'],
    ['A.Example:8443', 'https://a.example:8443/'],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['[::1]:443', 'https://[::1]/'],
  ])('is none where %s excepts %s', (entry, url) => {
    expect(proxyFor(new URL(url), { ...settings, except: [entry] })).toBeUndefined();
  });

  it.each([
    ['a.example', 'https://ba.example/'],
    ['a.example:8443', 'https://a.example/'],
    ['10.0.0.0/8', 'https://11.1.2.3/'],
    ['', 'https://a.example/'],
  ])('is not excepted by %j for %s', (entry, url) => {
    expect(proxyFor(new URL(url), { ...settings, except: [entry] })).toBe('http://secure.proxy');
  });
});

describe('a call through a proxy', () => {
  const opened: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });

  it('is asked of the proxy, which finds the name, and comes back with its answer', async () => {
    const { ask, seen, peer } = await behindProxy({
      resolve: () => Promise.reject(new Error('no DNS')),
    });
    const answer = await ask(`http://partner.example:${portOf(peer.host)}/orders?x=1`);
    expect(answer).toMatchObject({ status: 200 });
    expect(seen).toEqual([`GET http://partner.example:${portOf(peer.host)}/orders?x=1`]);
    expect(peer.seen).toMatchObject([{ url: '/orders?x=1' }]);
  });

  it('is refused where the name leads to a private address as far as it can be looked up here', async () => {
    const { ask, seen } = await behindProxy({ resolve: () => Promise.resolve(['10.0.0.7']) });
    await expect(ask('http://partner.example/')).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    await expect(ask('http://10.0.0.7/')).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    expect(seen).toEqual([]);
  });

  it('is a tunnel to a secure peer', async () => {
    const { ask, seen } = await behindProxy({ resolve: () => Promise.resolve(['93.184.216.34']) });
    // The peer speaks no TLS: what matters is where the tunnel leads.
    await expect(ask('https://partner.example/')).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
    });
    expect(seen).toEqual(['CONNECT partner.example:443']);
  });

  /** Whatever is asked for, the proxy leads to one peer. */
  async function behindProxy({ resolve }: { resolve: () => Promise<readonly string[]> }) {
    const peer = await openLoopback((response) => {
      json(response, { ok: true });
    });
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const { pathname, search } = new URL(request.url ?? '');
      const target = `${peer.url}${pathname}${search}`;
      httpRequest(target, { method: request.method }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end();
    }).on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url ?? ''}`);
      const onward = connect(Number(portOf(peer.host)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const each of [onward, socket]) each.on('error', () => onward.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
    const egress = createEgress({ resolve, proxy: { https: url, http: url, except: [] } });
    opened.push(peer, {
      async [Symbol.asyncDispose]() {
        await egress[Symbol.asyncDispose]();
        proxy.closeAllConnections();
        await new Promise((done) => proxy.close(done));
      },
    });
    const policy = {
      key: 'tenant/peer',
      name: 'peer',
      limits: { ...defaultLimits, maxAttempts: 1 },
    };
    const ask = (address: string) =>
      egress.request(policy, { method: 'GET', url: address }, AbortSignal.timeout(20_000));
    return { ask, seen, peer };
  }
});

function portOf(host: string): string {
  return host.split(':')[1] ?? '';
}

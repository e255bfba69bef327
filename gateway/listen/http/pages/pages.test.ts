import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { buildASTSchema, buildSchema, parse, validate } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../../testing/federated.ts';
import { firstQueries } from './first-queries.ts';
import { startGateway, type TestGateway } from '../../../testing/start-gateway.ts';

const supergraph = { sdl: compose([{ name: 'only', sdl: 'type Query { a: Int }' }]) };

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startGateway({ supergraph });
});

afterEach(() => gateway[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, gateway.url), { headers });

describe('the landing page', () => {
  it.each(['/', '/graphql'])(
    'shows a browser at %s where to ask, without any script',
    async (path) => {
      const response = await get(path, { accept: 'text/html' });
      const text = await response.text();
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toContain(`POST ${gateway.url}`);
      expect(text).toContain(gateway.url.replace('http', 'ws'));
      for (const link of ['/graphiql', '/health/ready', '/metrics']) {
        expect(text).toContain(`href="${link}"`);
      }
      expect(text).not.toContain('<script');
    },
  );

  it('shows nothing that the host header smuggles in', async () => {
    const { hostname, port } = new URL(gateway.url);
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'a"><script>b', accept: 'text/html' };
      request({ hostname, port, path: '/', headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    expect(text).not.toContain('<script>');
  });
});

describe('GraphiQL', () => {
  it('comes with a policy that lets nothing in from elsewhere', async () => {
    const response = await get('/graphiql');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'sha256-[^;]+;/);
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
    expect(await response.text()).not.toMatch(/(src|href)="https?:/);
  });

  it('is not sent again to who has it', async () => {
    for (const path of ['/graphiql', '/graphiql/static/ruru.js']) {
      const first = await get(path);
      await first.text();
      const etag = first.headers.get('etag') ?? '';
      expect(first.status).toBe(200);
      expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
      expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  it('has nothing at paths that are none of its files', async () => {
    for (const path of [
      '/graphiql/static/nothing.js',
      '/graphiql/static/ruru.js.map',
      '/graphiqlx',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('begins with queries that fit the schema', async () => {
    const sdl = `type Query { one(id: ID!): Int thing: Thing } type Thing { a: Int b: [Thing] }
      type Subscription { ticks: Int }`;
    const schema = buildSchema(sdl);
    const queries = firstQueries(schema);
    expect(queries).toHaveLength(3);
    for (const { query } of queries) expect(validate(schema, parse(query))).toEqual([]);
    expect(queries[1]?.query).toContain('thing {\n    a\n  }');
    const [, second] = firstQueries(buildSchema('type Query { a: Int }'));
    expect(second?.query).toContain('query Example');
    const api = await readFile(new URL('../../../../schema/api.graphql', import.meta.url), 'utf8');
    const ofPlatform = firstQueries(buildASTSchema(parse(api), { assumeValidSDL: true }));
    expect(ofPlatform.map(({ query }) => /(\w+) \w+(?:\(.*\))? \{/.exec(query)?.[0])).toEqual([
      'query RecentJobs {',
      'mutation SubmitJob($input: SubmitJobInput!) {',
      'subscription JobChanges {',
    ]);
  });

  it('is not there where introspection is off', async () => {
    await using closed = await startGateway({ supergraph, config: { introspection: false } });
    expect((await fetch(new URL('/graphiql', closed.url))).status).toBe(404);
    const landing = await fetch(new URL('/', closed.url), { headers: { accept: 'text/html' } });
    expect(await landing.text()).not.toContain('/graphiql');
  });

  it('is not there when it is switched off', async () => {
    await using quiet = await startGateway({
      supergraph,
      config: { graphiql: false, landingPage: false },
    });
    const at = (path: string) =>
      fetch(new URL(path, quiet.url), { headers: { accept: 'text/html' } });
    expect((await at('/graphiql')).status).toBe(404);
    expect((await at('/')).status).toBe(404);
  });
});

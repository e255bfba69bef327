import { afterEach, describe, expect, it } from 'vitest';

import { manualClock } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';
import type { EgressOptions } from '../egress/egress.ts';
import { createTrace } from '../egress/trace.ts';
import { openS3, s3Credential, type S3Server, s3Settings } from '../testing/s3-server.ts';
import { readXml } from './xml.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function open(
  changes: JsonObject = {},
  options: EgressOptions = {},
): Promise<{ readonly server: S3Server; readonly trial: Trial }> {
  const server = await openS3();
  const trial = openTrial({
    kind: 's3',
    config: { endpoint: server.url, ...s3Settings, ...changes },
    credential: s3Credential,
    allow: [new URL(server.url).host],
    ...options,
  });
  opened.push(server, trial);
  return { server, trial };
}

describe('objects that are kept', () => {
  it('are read once in their life, then asked for by their mark, and forgotten when they change', async () => {
    const clock = manualClock(new Date());
    const cache = { maxBytes: 1_000_000, maxEntryBytes: 100_000 };
    const { server, trial } = await open({ cache: { seconds: 60 } }, { cache, clock });
    const call = async (operation: string, values: JsonObject = {}) => {
      const trace = createTrace();
      const context = { revision: '1', trace };
      const { value } = await trial.call(operation, { key: 'a', ...values }, context);
      return { value, cache: trace.cache };
    };
    await call('put', { text: 'one' });
    const first = await call('get');
    expect(first).toMatchObject({ cache: 'MISS', value: { text: 'one' } });
    const requests = server.seen.length;
    expect(await call('get')).toEqual({ ...first, cache: 'HIT' });
    expect(server.seen).toHaveLength(requests);
    await call('put', { text: 'two' });
    const second = await call('get');
    expect(second).toMatchObject({ cache: 'MISS', value: { text: 'two' } });
    expect(await call('head')).toMatchObject({ cache: 'MISS', value: { size: 3 } });
    expect(await call('head')).toMatchObject({ cache: 'HIT', value: { size: 3 } });
    // The server tells the time by a clock of its own.
    clock.advance(60_000);
    expect(await call('get')).toEqual({ ...second, cache: 'REVALIDATED' });
    await call('delete');
    expect(await call('head')).toMatchObject({ value: null });
    expect((await trial.call('list', {}, { revision: '1' })).value).toMatchObject({ objects: [] });
  });
});

describe('objects', () => {
  it.each(["a b+c/ü&=?#%~!'()*.json", 'plain', '//x/', '日本/語', 'a%2Fb'])(
    'of the key %j are kept, read and removed',
    async (key) => {
      const { server, trial } = await open();
      const { value } = await trial.call('put', { key, json: { amount: '12.50' } });
      expect(value).toMatchObject({ key });
      expect([...server.objects.keys()]).toEqual([key]);
      const read = await trial.call('get', { key });
      expect(read.value).toMatchObject({ key, json: { amount: '12.50' }, size: 18 });
      expect((await trial.call('head', { key })).value).toMatchObject({
        ...{ key, size: 18, contentType: 'application/json' },
      });
      await trial.call('delete', { key });
      expect((await trial.call('get', { key })).value).toBeNull();
      expect((await trial.call('head', { key })).value).toBeNull();
      await trial.call('delete', { key });
    },
  );

  it('come as text, JSON or bytes', async () => {
    const { trial } = await open();
    await trial.call('put', { key: 'a', base64: 'aGk=' });
    expect((await trial.call('get', { key: 'a' })).value).toMatchObject({ base64: 'aGk=' });
    expect((await trial.call('get', { key: 'a', as: 'text' })).value).toMatchObject({ text: 'hi' });
    await expect(trial.call('get', { key: 'a', as: 'json' })).rejects.toThrow('does not parse');
  });

  it('that are new alone replace none', async () => {
    const { trial } = await open();
    await trial.call('put', { key: 'a', text: '1', isNew: true });
    await expect(trial.call('put', { key: 'a', text: '2', isNew: true })).rejects.toMatchObject({
      ...{ status: 412, isRetryable: false },
      message: 'partner answered PreconditionFailed: it says PreconditionFailed & no more',
    });
    expect((await trial.call('get', { key: 'a' })).value).toMatchObject({ text: '1' });
  });

  it.each(['../other', 'a/./b', 'a/..', '..', 'x\u0000y'])(
    'of the key %j are refused unsent',
    async (key) => {
      const { server, trial } = await open();
      await expect(trial.call('get', { key })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(server.seen).toEqual([]);
    },
  );
});

describe('lists', () => {
  it('go on from page to page within the prefix, and no further than they have to', async () => {
    const { server, trial } = await open({ prefix: 'in/' });
    for (const key of ['in/a', 'in/b&c', 'in/d e', 'in/f', 'out/g'])
      server.objects.set(key, { body: '', contentType: '' });
    const { value } = await trial.call('list');
    expect(value).toMatchObject({
      objects: [{ key: 'a', etag: '"e"' }, { key: 'b&c' }, { key: 'd e' }, { key: 'f' }],
      isComplete: true,
    });
    const some = await trial.call('list', { maxItems: 3 });
    expect(some.value).toMatchObject({ objects: [{}, {}, {}], isComplete: false });
    expect(server.seen).toHaveLength(4);
  });

  it('are read as XML and nothing more', () => {
    expect(readXml('<?xml version="1.0"?><a x="1"><b>1 &lt; &#x32;</b><c/></a>')).toMatchObject({
      name: 'a',
      children: [{ name: 'b', text: '1 < 2' }, { name: 'c' }],
    });
    const bad = ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a><b></a></b>', '<a>', 'text', '<a'];
    for (const text of bad) expect(() => readXml(text)).toThrow(SyntaxError);
    expect(() => readXml('<a>'.repeat(50))).toThrow('too much XML');
  });
});

describe('addresses', () => {
  it('are good by themselves, for one object, one method and a while', async () => {
    const { server, trial } = await open({ maxPresignSeconds: 60 });
    await trial.call('put', { key: 'a b', text: 'hello' });
    const { value, attempts } = await trial.call('presign', { key: 'a b' });
    expect(attempts).toBe(0);
    const { url } = value as { readonly url: string };
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('60');
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    const put = await trial.call('presign', { key: 'c', method: 'PUT', expiresInSeconds: 5 });
    await fetch((put.value as { readonly url: string }).url, { method: 'PUT', body: 'kept' });
    expect(server.objects.get('c')).toMatchObject({ body: 'kept' });
    await expect(trial.call('presign', { key: 'a', expiresInSeconds: 61 })).rejects.toMatchObject({
      ...{ code: 'BAD_USER_INPUT', path: 'arguments.expiresInSeconds' },
    });
  });
});

describe('failures', () => {
  it('tell the code of the storage', async () => {
    const { trial } = await open({ region: 'us-east-1' });
    await expect(trial.call('get', { key: 'a' })).rejects.toMatchObject({
      ...{ status: 403, isRetryable: false },
      answer: { content: { code: 'AuthorizationHeaderMalformed' } },
    });
    const other = await open({ bucket: 'nothing' });
    await expect(other.trial.call('get', { key: 'a' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(other.trial.call('put', { key: 'a', text: '' })).rejects.toMatchObject({
      status: 404,
    });
  });
});

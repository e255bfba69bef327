import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { childrenOf, readXml, textIn } from '../../connectors/s3/xml.ts';
import type { WarehouseBucket } from '../../kernel/config/warehouse-bucket.ts';
import { draftOf, putInPlace } from '../files/durable.ts';
import { openLine, type Answer, type Line } from './line.ts';

/** Under which condition an object is put: it is not there, or it is still the one that was read. */
type Condition = 'ABSENT' | { readonly etag: string };

/** The objects of a warehouse, by keys behind its prefix. */
export interface S3 extends AsyncDisposable {
  /** Every key that begins so. */
  list(prefix: string): Promise<readonly string[]>;
  /** Undefined where there is none. */
  get(key: string): Promise<{ readonly text: string; readonly etag: string } | undefined>;
  /** Puts an object to a path on this machine, all of it or nothing. */
  fetch(key: string, path: string): Promise<void>;
  /** Its ETag, or undefined where the condition does not hold. */
  put(key: string, content: string, condition: Condition): Promise<string | undefined>;
  /** A file from this machine; false where it was to be absent and is not. */
  send(key: string, path: string, condition?: 'ABSENT'): Promise<boolean>;
  remove(key: string): Promise<void>;
}

export function openS3(bucket: WarehouseBucket): S3 {
  const line = openLine(bucket);
  const { prefix } = line;
  return {
    list: (within) => list(line, within),
    async get(key) {
      const answer = await line.ask({ method: 'GET', key: prefix + key }, [200, 404]);
      const text = await answer.body.text();
      return answer.statusCode === 404 ? undefined : { text, etag: etagOf(answer) };
    },
    async fetch(key, path) {
      const answer = await line.ask({ method: 'GET', key: prefix + key }, [200]);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(answer.body, createWriteStream(draftOf(path), { mode: 0o600 }));
      await putInPlace(path);
    },
    async put(key, content, condition) {
      const headers = headersOf(condition);
      const asked = {
        method: 'PUT',
        key: prefix + key,
        headers,
        body: Buffer.from(content),
      } as const;
      const answer = await line.ask(asked, [200, 404, 412]);
      await answer.body.dump();
      return answer.statusCode === 200 ? etagOf(answer) : undefined;
    },
    async send(key, path, condition) {
      const headers = condition === undefined ? {} : headersOf(condition);
      const asked = {
        method: 'PUT',
        key: prefix + key,
        headers,
        body: await readFile(path),
      } as const;
      const answer = await line.ask(asked, [200, 412]);
      await answer.body.dump();
      return answer.statusCode === 200;
    },
    async remove(key) {
      const asked = { method: 'DELETE', key: prefix + key } as const;
      await (await line.ask(asked, [200, 204, 404])).body.dump();
    },
    [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
  };
}

/** Page by page. */
async function list(line: Line, within: string): Promise<readonly string[]> {
  const { prefix } = line;
  const found: string[] = [];
  let token = '';
  do {
    const query = {
      ...{ 'list-type': '2', prefix: prefix + within },
      ...(token !== '' && { 'continuation-token': token }),
    };
    const answer = await line.ask({ method: 'GET', key: '', query }, [200]);
    const page = readXml(await answer.body.text());
    for (const entry of childrenOf(page, 'Contents'))
      found.push(textIn(entry, 'Key').slice(prefix.length));
    token = textIn(page, 'IsTruncated') === 'true' ? textIn(page, 'NextContinuationToken') : '';
  } while (token !== '');
  return found;
}

function headersOf(condition: Condition): Readonly<Record<string, string>> {
  return condition === 'ABSENT' ? { 'if-none-match': '*' } : { 'if-match': condition.etag };
}

function etagOf({ headers }: Answer): string {
  const { etag } = headers;
  if (typeof etag !== 'string') throw new Error('the bucket tells no ETag of an object');
  return etag;
}

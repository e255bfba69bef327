import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runInTrace } from './current-trace.ts';
import { createLogger, stepLogLevel } from './logger.ts';
import type { Logger } from './logger.ts';
import { tuneLogs } from './tune-logs.ts';

const CANARY = 'canary-7f3a9';

function recorder(pretty = false): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const output = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ level: 'debug', name: 'test', pretty, output }), lines };
}

describe('a logger', () => {
  it('becomes chattier while it runs, with all that were made of it, and then what it was', () => {
    const lines: string[] = [];
    const output = { write: (line: string) => void lines.push(line) };
    const log = createLogger({ level: 'warn', name: 'test', output });
    const child = log.child({ requestId: 'r' });
    const heard = (): string[] => {
      lines.length = 0;
      for (const level of ['trace', 'debug', 'info', 'warn'] as const) child[level](level);
      return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    };
    expect(heard()).toEqual(['warn']);
    expect(stepLogLevel(log)).toBe('debug');
    expect(heard()).toEqual(['debug', 'info', 'warn']);
    expect(stepLogLevel(child)).toBe('trace');
    expect(heard()).toEqual(['trace', 'debug', 'info', 'warn']);
    expect(stepLogLevel(log)).toBe('warn');
    expect(heard()).toEqual(['warn']);
  });

  it('is made chattier by a signal until its process is told to stop', async () => {
    const lines: string[] = [];
    const output = { write: (line: string) => void lines.push(line) };
    const log = createLogger({ level: 'info', name: 'test', output });
    const stopping = new AbortController();
    const others = process.listenerCount('SIGUSR2');
    tuneLogs(log, stopping.signal);
    process.kill(process.pid, 'SIGUSR2');
    while (lines.length === 0) await setImmediate();
    log.debug('now');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'lines are logged from another level on',
      'now',
    ]);
    stopping.abort();
    expect(process.listenerCount('SIGUSR2')).toBe(others);
  });

  it('says in each line which trace it is of', () => {
    const { log, lines } = recorder();
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };
    runInTrace({ headers, set: () => undefined }, () => log.child({ jobId: 'j' }).info('seen'));
    log.info('outside');
    const [within, outside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(within).toMatchObject({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) });
    expect(outside).not.toHaveProperty('trace_id');
  });

  it.each([
    'authorization',
    'Authorization',
    'cookie',
    'password',
    'clientSecret',
    'accessToken',
    'apiKey',
    'api_key',
    'x-api-key',
    'credential',
    'credentials',
    'masterKey',
    'databaseUrl',
    'private_key',
  ])('hides the field %s at any depth', (name) => {
    const { log, lines } = recorder();
    log.info({ [name]: CANARY, request: { headers: [{ [name]: CANARY }] } }, 'seen');
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('hides all that stands under a secret name, lists and objects too', () => {
    const { log, lines } = recorder();
    log.info({ credential: { user: CANARY }, tokens: [CANARY] }, 'seen');
    expect(lines.join('')).not.toContain(CANARY);
  });

  it('hides secrets in the fields of a child', () => {
    const { log, lines } = recorder();
    const child = log.child({ token: CANARY, worker: 'w1' });
    child.info('seen');
    child.child({ apiKey: CANARY }).info('seen');
    expect(lines[1]).toContain('"worker":"w1"');
    expect(lines.join('')).not.toContain(CANARY);
  });

  it('hides secrets in errors, their causes and what they carry', () => {
    const { log, lines } = recorder();
    const cause = Object.assign(new Error(`Bearer ${CANARY}-abc`), {
      config: { password: CANARY },
    });
    const error = Object.assign(new Error(`postgres://me:${CANARY}@db/x refused`, { cause }), {
      secret: CANARY,
    });
    log.error({ err: error }, 'failed');
    log.error(error);
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('postgres://me:[redacted]@db/x refused');
    expect(lines[1]).toContain('refused');
  });

  it('hides keys and tokens in the message itself, keeping the public part of a key', () => {
    const { log, lines } = recorder();
    log.info(`key opk_live_01abc_${CANARY} and Basic ${CANARY}==`);
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('opk_live_01abc_[redacted]');
  });

  it('still tells that a secret is missing, and how many tokens were used', () => {
    const { log, lines } = recorder();
    log.info(
      { token: undefined, password: '', secret: null, credential: false, promptTokens: 12 },
      'seen',
    );
    expect(lines.join('')).not.toContain('redacted');
  });

  it('survives values that hold themselves', () => {
    const { log, lines } = recorder();
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    log.info({ loop }, 'seen');
    expect(lines[0]).toContain('too deep');
  });

  it('keeps dates, bytes and what has its own JSON form', () => {
    const { log, lines } = recorder();
    log.info({ at: new Date(0), url: new URL('http://a.example/') }, 'seen');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      url: 'http://a.example/',
    });
  });

  it('writes level, time, name and message as JSON', () => {
    const { log, lines } = recorder();
    log.warn({ port: 4_000 }, 'listening');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      name: 'test',
      msg: 'listening',
      port: 4_000,
      time: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    });
  });

  it('writes one readable line when pretty, with the stack of an error below', () => {
    const { log, lines } = recorder(true);
    log.info({ port: 4_000 }, 'listening');
    log.error({ err: new Error('broken') }, 'failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info test listening port=4000\n$/);
    expect(lines[1]).toMatch(/error test failed\nError: broken\n +at /);
  });

  it('says nothing below its level', () => {
    const { log, lines } = recorder();
    log.trace('quiet');
    expect(lines).toEqual([]);
  });

  it('bounds texts, lists and bytes of an entry and says that it did', () => {
    const { log, lines } = recorder();
    const many = Array.from({ length: 10_000 }, () => 'x');
    log.info({ text: 'a'.repeat(100_000), many, bytes: Buffer.alloc(9) }, 'seen');
    expect(lines[0]?.length).toBeLessThan(20_000);
    expect(lines[0]).toContain('… (100000)');
    expect(lines[0]).toContain('"bytes":"[9 bytes]"');
  });

  it('keeps of a line that is too long what tells where it came from', () => {
    const { log, lines } = recorder();
    log.child({ requestId: 'r1', all: 'x'.repeat(200_000) }).warn('m'.repeat(100_000));
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ level: 'warn', name: 'test', requestId: 'r1' });
    expect(line).toHaveProperty('cutFrom');
    expect(lines[0]?.length).toBeLessThan(10_000);
  });

  it('hides the password of a URL whatever stands before it', () => {
    const { log, lines } = recorder();
    log.info({ url: `a.b.c+d://user:${CANARY}@host`, other: `://:${CANARY}@x` }, 'seen');
    expect(lines.join('')).not.toContain(CANARY);
  });
});

import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallRequest } from '../host.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { createMarkers } from './markers.ts';
import { createVault } from './vault.ts';

const key = new Uint8Array(32).fill(7);
const password = `p"a'ss/w&rd <1>`;

function setUp(value: JsonValue = password) {
  const vault = createVault(createMarkers(key, 'job-1'));
  return { vault, marker: vault.keep('key', value) };
}

const http = (more: JsonObject): CallRequest => ({
  kind: 'http',
  with: { method: 'POST', uri: 'https://api.example/', headers: {}, ...more },
});

const sent = (request: CallRequest): JsonObject => request.with;
const answerOf = (body: string, type = 'text/plain'): JsonObject => ({
  request: {
    method: 'GET',
    uri: `https://api.example/?k=${encodeURIComponent(password)}`,
    headers: {},
  },
  statusCode: 200,
  headers: { 'content-type': type, 'x-echo': password },
  bodyBase64: Buffer.from(body).toString('base64'),
});
const bodyOf = (answer: JsonValue): string =>
  Buffer.from(isJsonObject(answer) ? textOf(answer['bodyBase64']) : '', 'base64').toString();

describe('a marker', () => {
  it('is the same on every replay of a job and another in each other job', () => {
    const again = createVault(createMarkers(key, 'job-1')).keep('key', 'other value');
    expect(again).toBe(setUp().marker);
    expect(createVault(createMarkers(key, 'job-2')).keep('key', password)).not.toBe(again);
    expect(createVault(createMarkers(new Uint8Array(32), 'job-1')).keep('key', password)).not.toBe(
      again,
    );
  });

  it('stands for each text, number and flag of an object', () => {
    const { marker } = setUp({ user: 'ada', pins: [1234, true], none: null });
    expect(JSON.stringify(marker)).not.toMatch(/ada|1234|true/);
    expect(marker).toMatchObject({ pins: [expect.any(String), expect.any(String)], none: null });
  });
});

describe('in a call, a value takes the place of its marker', () => {
  it.each<[string, (marker: string) => string, string]>([
    ['joined to a text', (marker) => `Bearer ${marker}!`, `Bearer ${password}!`],
    ['in JSON', (marker) => JSON.stringify({ k: marker }), JSON.stringify({ k: password })],
    [
      'in JSON within JSON',
      (marker) => JSON.stringify({ k: JSON.stringify([marker]) }),
      JSON.stringify({ k: JSON.stringify([password]) }),
    ],
    [
      'in a form',
      (marker) => `k=${encodeURIComponent(marker)}`,
      `k=${encodeURIComponent(password)}`,
    ],
    [
      'in base64 with others',
      (marker) => `Basic ${Buffer.from(`ada:${marker}`).toString('base64')}`,
      `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`,
    ],
  ])('%s', (_, write, expected) => {
    const { vault, marker } = setUp();
    const { body } = sent(vault.reveal(http({ body: write(textOf(marker)) })));
    expect(body).toBe(expected);
  });

  it('as what it was, in the arguments of an integration', () => {
    const { vault, marker } = setUp({ pin: 1234 });
    const pin = isJsonObject(marker) ? (marker['pin'] ?? null) : null;
    const request = { kind: 'integration', with: { arguments: { pin } } } as const;
    expect(sent(vault.reveal(request))).toEqual({ arguments: { pin: 1234 } });
  });

  it.each<[string, (marker: string) => CallRequest]>([
    ['as a method', (marker) => http({ method: marker })],
    ['as the name of a header', (marker) => http({ headers: { [marker]: 'x' } })],
    ['in upper case', (marker) => http({ body: marker.toUpperCase() })],
    ['in hexadecimal', (marker) => http({ body: Buffer.from(marker).toString('hex') })],
    ['in a command', (command) => ({ kind: 'process', with: { shell: { command } } })],
    ['in the input of a child', (marker) => ({ kind: 'workflow', with: { input: marker } })],
  ])('but not %s', (_, request) => {
    const { vault, marker } = setUp();
    expect(() => vault.reveal(request(textOf(marker)))).toThrow(/secret/);
  });

  it('but not that of another job', () => {
    const { vault } = setUp();
    const other = textOf(createVault(createMarkers(key, 'job-2')).keep('key', 'theirs'));
    expect(sent(vault.reveal(http({ body: other })))['body']).toBe(other);
  });
});

describe('an answer', () => {
  it.each<[string, string, string]>([
    ['as it is', `it is ${password}.`, 'text/plain'],
    ['in JSON', JSON.stringify({ echo: [password] }), 'application/json'],
    ['in JSON by numbers', `{"echo": "\\u0070\\u0022a'ss/w&rd <1>"}`, 'application/json'],
    ['in base64', Buffer.from(`x${password}`).toString('base64'), 'text/plain'],
    ['in hexadecimal', Buffer.from(password).toString('hex'), 'text/plain'],
    ['in an address', `?k=${encodeURIComponent(password)}`, 'text/html'],
  ])('does not show a secret that comes back %s', (_, body, type) => {
    const { vault } = setUp();
    const answer = vault.conceal(http({}), answerOf(body, type));
    expect(bodyOf(answer)).toContain('***');
    expect(bodyOf(answer)).not.toMatch(/ss\/w|w%26rd|u0070/);
    expect(JSON.stringify(answer)).not.toMatch(/ss\/w|w%26rd/);
  });

  it('stays JSON when a secret of digits comes back as a number', () => {
    const { vault } = setUp('123456');
    const answer = vault.conceal(
      http({}),
      answerOf('{"pin": 123456, "n": 1.50}', 'application/json'),
    );
    expect(JSON.parse(bodyOf(answer))).toEqual({ pin: '***', n: 1.5 });
  });

  it('is left as it is byte for byte when it tells nothing', () => {
    const { vault } = setUp();
    const body = '{ "n": 1.50, "t": "\\u00e9" }';
    expect(bodyOf(vault.conceal(http({}), answerOf(body, 'application/json')))).toBe(body);
  });

  it('that is a token is a secret itself', () => {
    const { vault } = setUp();
    const request = { kind: 'authorization', with: {} } as const;
    const given = { scheme: 'Bearer', parameter: 'token-of-the-peer' };
    const shown = vault.conceal(request, given);
    expect(JSON.stringify(shown)).not.toContain('token-of-the-peer');
    const parameter = isJsonObject(shown) ? (shown['parameter'] ?? null) : null;
    const { headers } = sent(vault.reveal(http({ headers: { authorization: parameter } })));
    expect(headers).toEqual({ authorization: 'token-of-the-peer' });
  });
});

describe('an error', () => {
  it('does not repeat a secret, nor the beginning of one', () => {
    const { vault } = setUp();
    const error = vault.hideError(
      workflowError('communication', `no ${password}, no ${password.slice(0, 9)}…`, {
        cause: new Error(password),
      }),
    );
    expect(error).toMatchObject({ problem: { detail: 'no ***, no ***' } });
    expect(error).not.toHaveProperty('cause.message');
  });

  it('that goes to the log has neither in its message nor in what caused it', () => {
    const { vault } = setUp();
    const error = new Error(password, { cause: new Error(`of ${password}`) });
    vault.hideError(error);
    const { message, stack, cause } = error;
    expect(JSON.stringify([message, stack, cause instanceof Error && cause.message])).not.toContain(
      'ss/w',
    );
  });
});

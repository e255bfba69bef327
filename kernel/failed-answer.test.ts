import { describe, expect, it } from 'vitest';
import { failedAnswer } from './failed-answer.ts';

function toldOf(body: string, headers: Record<string, string> = {}) {
  const given = { 'content-type': 'application/json', ...headers };
  return failedAnswer({ statusCode: 409, headers: given, body: Buffer.from(body) });
}

describe('what an error tells of an answer', () => {
  it('is its status, its headers and its content as a value', () => {
    expect(
      toldOf('{"reason":"taken","id":9007199254740993}', { 'retry-after': '7' }),
    ).toMatchObject({
      statusCode: 409,
      headers: { 'content-type': 'application/json', 'retry-after': '7' },
      content: { reason: 'taken' },
    });
  });

  it('is text where JSON is promised and not kept', () => {
    expect(toldOf('<h1>Bad gateway</h1>')).toMatchObject({ content: '<h1>Bad gateway</h1>' });
  });

  it.each([
    ['nothing', ''],
    ['what is no text', 'a\0b'],
  ])('has no content for %s', (_, body) => {
    expect(toldOf(body, { 'content-type': 'application/octet-stream' })).toMatchObject({
      content: null,
    });
  });

  it('is cut where it is long, also in the middle of a character', () => {
    const told = toldOf(`x${'ä'.repeat(50_000)}`, { 'content-type': 'text/plain' });
    expect(told).toMatchObject({ isCut: true });
    const { content } = told;
    expect(typeof content === 'string' && content.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(20_000);
  });

  it('keeps cookies and more headers than are of use to itself', () => {
    const told = toldOf('{}', { 'set-cookie': 'sid=1', 'x-a': 'b', 'x-long': 'y'.repeat(9_000) });
    expect(told['headers']).toEqual({ 'content-type': 'application/json', 'x-a': 'b' });
  });
});

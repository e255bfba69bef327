import { readFile } from 'node:fs/promises';

import { afterEach, describe, expect, it } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { createAuthority } from '../support/certificates.ts';
import { openTrial, type Trial } from '../support/connector-trial.ts';
import {
  type Exim,
  type EximOptions,
  eximUser,
  hasExim,
  startExim,
} from '../support/start-exim.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const message = { to: ['ada@example.com'], subject: 'Hello', text: 'It is done.' };

describe.skipIf(!hasExim)('mail that exim delivers', () => {
  it('keeps lines that begin with a dot, and ends no line but where it is told to', async () => {
    const { exim, trial } = await openMail();
    const text = '.\n..\n. one\nlast';
    await trial.call('send', { ...message, text });
    expect(bodyOf(await onlyOne(exim))).toBe(`${text}\n`);
  });

  it('has no line that is longer than mail may have, and no byte beyond ASCII, and is whole', async () => {
    const { exim, trial } = await openMail();
    const text = `${'ü'.repeat(2_000)} ${'x'.repeat(5_000)}`;
    const html = `<p>${'完'.repeat(3_000)}</p>`;
    await trial.call('send', { ...message, text, html });
    const got = await onlyOne(exim);
    expect(Math.max(...got.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    expect(Buffer.from(got, 'latin1').every((byte) => byte > 0 && byte < 128)).toBe(true);
    const [plain = '', rich = ''] = partsOf(got);
    expect(decoded(plain)).toBe(text);
    expect(decoded(rich)).toBe(html);
  });

  it('has its subject and names in every script', async () => {
    const { exim, trial } = await openMail();
    const subject = 'Grüße an alle — 完了しました，ありがとうございます 🎉 und noch etwas mehr';
    const to = [{ address: 'ada@example.com', name: 'Ada „Ä“ Lovelace' }];
    await trial.call('send', { ...message, to, subject });
    const got = await onlyOne(exim);
    expect(words(headerOf(got, 'Subject'))).toBe(subject);
    expect(words(headerOf(got, 'To'))).toContain('Ada „Ä“ Lovelace');
    expect(headerOf(got, 'From')).toBe('agent@operandi.example');
  });

  it('has its attachments byte for byte', async () => {
    const { exim, trial } = await openMail();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256));
    const attachments = [
      {
        filename: 'Rechnung ü.pdf',
        contentType: 'application/pdf',
        base64: bytes.toString('base64'),
      },
      { filename: 'dots.txt', contentType: 'text/plain', base64: btoa('.\r\n..\r\n') },
    ];
    await trial.call('send', { ...message, attachments });
    const [, pdf = '', dots = ''] = partsOf(await onlyOne(exim));
    expect(pdf).toContain("filename*0*=utf-8''Rechnung%20%C3%BC.pdf");
    expect(pdf).toContain('Content-Type: application/pdf');
    expect(Buffer.from(bodyOf(pdf), 'base64').equals(bytes)).toBe(true);
    expect(Buffer.from(bodyOf(dots), 'base64').toString()).toBe('.\r\n..\r\n');
  });

  it('goes to those in Bcc, whom its headers do not name', async () => {
    const { exim, trial } = await openMail();
    await trial.call('send', { ...message, bcc: ['eve@example.com'] });
    const all = (await exim.delivered(2)).map((each) => each.toString('latin1'));
    const receivers = all.map((each) => headerOf(each, 'Envelope-to'));
    expect(receivers.toSorted()).toEqual(['ada@example.com', 'eve@example.com']);
    const [got = ''] = all;
    const [, content = ''] = all[receivers.indexOf('ada@example.com')]?.split('Envelope-to') ?? [];
    expect(content).toContain('To: ada@example.com');
    expect(content).not.toContain('eve@example.com');
    expect(headerOf(got, 'Return-path')).toBe('<agent@operandi.example>');
  });

  it('was refused before anything left where it would bring in headers', async () => {
    const { exim, trial } = await openMail();
    for (const change of [
      { subject: 'Hello\r\nBcc: eve@example.com' },
      { to: ['ada@example.com>\r\nRCPT TO:<eve@example.com'] },
      { replyTo: 'a@example.com\nX-Other: 1' },
    ])
      await expect(trial.call('send', { ...message, ...change })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    await trial.call('send', { ...message, text: 'X\r\n.\r\nMAIL FROM:<eve@example.com>\r\n' });
    expect(await onlyOne(exim)).toContain('MAIL FROM:<eve@example.com>');
    expect(await exim.log()).not.toContain('<= eve');
  });

  it('comes twice with one id when it is sent twice with one key', async () => {
    const { exim, trial } = await openMail();
    for (let at = 0; at < 2; at += 1)
      await trial.call('send', message, { idempotencyKey: 'key-1' });
    const ids = (await exim.delivered(2)).map((each) => headerOf(String(each), 'Message-ID'));
    expect(new Set(ids).size).toBe(1);
  });
});

describe.skipIf(!hasExim)('what exim refuses', () => {
  it.each([
    ['a recipient for now', { to: ['later@example.com'] }, 451],
    ['a recipient for good', { to: ['nobody@example.com'] }, 550],
    ['a message for now', { subject: 'BUSY' }, 451],
    ['a message for good', { subject: 'SPAM' }, 550],
    ['a message that is too large', { text: 'x'.repeat(200_000) }, 552],
  ])('%s is a failed call that says so', async (_, change, smtpCode) => {
    const isRetryable = smtpCode < 500;
    const { exim, trial } = await openMail({}, { maxBytes: 100_000 });
    await expect(trial.call('send', { ...message, ...change })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable, isOutcomeUnknown: false, attempts: 1 },
      answer: { content: { smtpCode } },
    });
    await trial.call('send', message);
    await onlyOne(exim);
  });

  it('of several recipients is named, and the others have the message', async () => {
    const { exim, trial } = await openMail();
    const to = ['ada@example.com', 'later@example.com', 'nobody@example.com'];
    const { value } = await trial.call('send', { ...message, to });
    expect(value).toMatchObject({
      accepted: ['ada@example.com'],
      rejected: [
        { address: 'later@example.com', message: '451 come again' },
        { address: 'nobody@example.com', message: '550 no such box' },
      ],
    });
    expect(headerOf(await onlyOne(exim), 'Envelope-to')).toBe('ada@example.com');
  });

  it('a password that is wrong, and it is in no message', async () => {
    const { exim, trial } = await openMail();
    const credential = { type: 'password', ...eximUser, password: 'canary-other-password' };
    const sent = trial.call('send', message, { credential });
    await expect(sent).rejects.toMatchObject({
      ...{ isRetryable: false, answer: { content: { smtpCode: 535 } } },
      message: expect.not.stringContaining('canary') as string,
    });
    await expect(trial.call('send', message, { credential: { type: 'none' } })).rejects.toThrow(
      'who are you',
    );
    expect(await exim.log()).not.toContain('<=');
  });
});

describe.skipIf(!hasExim)('STARTTLS to exim', () => {
  it('is trusted by a private authority alone, and logs in behind it', async () => {
    await using authority = await createAuthority();
    const files = await authority.issue('mail', { san: 'DNS:localhost' });
    const [key = '', cert = '', certificateAuthority = ''] = await Promise.all(
      [files.keyFile, files.certFile, authority.caFile].map((file) => readFile(file, 'utf8')),
    );
    const secure = { security: 'starttls', host: 'localhost', certificateAuthority };
    const { exim, trial } = await openMail(secure, { tls: { key, cert } });
    await trial.call('send', message);
    const got = await onlyOne(exim);
    expect(got).toMatch(/with esmtpsa\s+\(TLS1\.3\)/u);
    for (const change of [{ certificateAuthority: undefined }, { host: '127.0.0.1' }]) {
      const distrustful = trialOf(exim, { ...secure, ...change });
      await expect(distrustful.call('send', message)).rejects.toThrow(
        'a certificate that is not trusted',
      );
    }
    // Without TLS it does not offer to log in, and nothing is said in the open.
    const open = trialOf(exim, { security: 'off' });
    await expect(open.call('send', message)).rejects.toMatchObject({ isRetryable: false });
    expect(await exim.delivered(1)).toHaveLength(1);
  });

  it('that it does not offer is not done without', async () => {
    const { exim, trial } = await openMail({ security: 'starttls', host: 'localhost' });
    await expect(trial.call('send', message)).rejects.toMatchObject({ name: 'IntegrationError' });
    expect(await exim.log()).not.toContain('<=');
  });
});

async function openMail(
  changes: JsonObject = {},
  options: EximOptions = {},
): Promise<{ readonly exim: Exim; readonly trial: Trial }> {
  const exim = await startExim(options);
  opened.push(exim);
  return { exim, trial: trialOf(exim, changes) };
}

function trialOf({ endpoint }: Exim, changes: Readonly<Record<string, unknown>>): Trial {
  const from = { address: 'agent@operandi.example' };
  const config = { ...endpoint, security: 'off', from, ...changes };
  const trial = openTrial({
    ...{ kind: 'smtp', config: JSON.parse(JSON.stringify(config)) as JsonObject },
    credential: { type: 'password', ...eximUser },
    allow: ['127.0.0.1', 'localhost'],
  });
  opened.push(trial);
  return trial;
}

/** The one message in the mailbox, a character for each byte. */
async function onlyOne(exim: Exim): Promise<string> {
  const all = await exim.delivered(1);
  expect(all).toHaveLength(1);
  return all[0]?.toString('latin1') ?? '';
}

/** The value of a header, unfolded. */
function headerOf(message: string, name: string): string {
  const [head = ''] = message.split('\n\n', 1);
  const unfolded = head.replaceAll(/\n(?=[ \t])/gu, '');
  return new RegExp(`^${name}: *(.*)$`, 'imu').exec(unfolded)?.[1] ?? '';
}

function bodyOf(part: string): string {
  return part.slice(part.indexOf('\n\n') + 2);
}

/** The parts of a message, each with its headers. */
function partsOf(message: string): readonly string[] {
  const boundary = /boundary="([^"]+)"/u.exec(message)?.[1] ?? '';
  return message
    .split(`\n--${boundary}`)
    .slice(1, -1)
    .map((part) => part.replace(/^\n/u, ''));
}

/** The text of a part, its transfer encoding undone. */
function decoded(part: string): string {
  const body = bodyOf(part);
  const encoding = headerOf(part, 'Content-Transfer-Encoding');
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  expect(encoding).toBe('quoted-printable');
  return unquoted(body.replaceAll('=\n', '')).replace(/\n$/u, '');
}

function unquoted(text: string): string {
  const bytes = text.replaceAll(/=([\dA-F]{2})/gu, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

/** A header with its encoded words (RFC 2047) read. */
function words(header: string): string {
  return header
    .replaceAll(/\?=\s+=\?/gu, '?==?')
    .replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/giu, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : unquoted(text.replaceAll('_', ' ')),
    );
}

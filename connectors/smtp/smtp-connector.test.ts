import { readFile } from 'node:fs/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { createAuthority } from '../../tests/support/certificates.ts';
import type { JsonObject } from '../../kernel/json.ts';
import {
  type MailServer,
  type MailServerOptions,
  mailPassword,
  openMailServer,
} from '../testing/mail-server.ts';
import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const message = { to: ['ada@example.com'], subject: 'Hello', text: 'It is done.' };

describe('messages', () => {
  it('arrive as they were written, in any script, with what is attached', async () => {
    const { server, trial } = await openMail();
    await trial.call('send', {
      to: ['ada@example.com', { address: 'bob@example.com', name: 'Bob, "the" <Builder>' }],
      cc: ['cid@example.com'],
      bcc: ['eve@example.com'],
      replyTo: 'desk@example.com',
      subject: 'Grüße — 完了',
      text: 'Line one\r\n.\r\nLine three',
      html: '<p>Done</p>',
      attachments: [
        {
          filename: 'note ü.txt',
          contentType: 'text/plain',
          base64: Buffer.from('Hi').toString('base64'),
        },
      ],
    });
    const [sent] = server.delivered;
    expect(sent?.from).toBe('agent@operandi.example');
    expect(sent?.to).toEqual([
      'ada@example.com',
      'bob@example.com',
      'cid@example.com',
      'eve@example.com',
    ]);
    expect(sent?.text).toContain('Subject: =?UTF-8?');
    expect(sent?.text).toContain(
      'To: ada@example.com, "Bob, \\"the\\" <Builder>" <bob@example.com>',
    );
    expect(sent?.text).toContain('Reply-To: desk@example.com');
    expect(sent?.text).toMatch(/Line one\r\n\.\r\nLine three/);
    expect(sent?.text).toContain(Buffer.from('Hi').toString('base64'));
    expect(sent?.text).not.toContain('eve@example.com');
  });

  it('have one id for one idempotency key, another for each other call and tenant', async () => {
    const { server, trial } = await openMail();
    const idOf = async (context: JsonObject): Promise<unknown> => {
      await trial.call('send', message, context);
      return /^Message-ID: (\S+)/m.exec(server.delivered.at(-1)?.text ?? '')?.[1];
    };
    const first = await idOf({ idempotencyKey: 'key-1' });
    expect(await idOf({ idempotencyKey: 'key-1' })).toBe(first);
    expect(await idOf({ idempotencyKey: 'key-2' })).not.toBe(first);
    expect(await idOf({ idempotencyKey: 'key-1', tenantId: 'tenant-2' })).not.toBe(first);
    expect(await idOf({})).not.toBe(await idOf({}));
  });

  it.each([
    ['subject', { subject: 'a\nBcc: eve@example.com' }],
    ['subject', { subject: 'a\u2028b' }],
    ['to.0', { to: ['ada@example.com, eve@example.com'] }],
    ['to.0', { to: ['"a b"@example.com'] }],
    ['to.0', { to: ['ada@exam\u0000ple.com'] }],
    ['to.0', { to: ['<ada@example.com>'] }],
    ['to.0', { to: ['ada@[169.254.169.254]'] }],
    ['to.0', { to: [{ address: 'ada@example.com', name: 'Ada\r\nBcc: eve@example.com' }] }],
    ['replyTo', { replyTo: 'a@b.c\r\nX: y' }],
    ['attachments.0.filename', { attachments: [{ filename: '../etc\r\nX: y', base64: 'YQ==' }] }],
    [
      'attachments.0.contentType',
      { attachments: [{ filename: 'a', contentType: 'a/b\r\nX: y', base64: 'YQ==' }] },
    ],
    ['attachments.0.base64', { attachments: [{ filename: 'a', base64: 'not base64!' }] }],
    ['attachments.0', { attachments: [{ filename: 'a', path: '/etc/passwd' }] }],
    ['text', { text: { path: '/etc/passwd' } }],
    ['headers', { headers: { 'x-a': 'b' } }],
  ])(
    'that would bring in headers, recipients or files are refused at %s',
    async (field, change) => {
      const { server, trial } = await openMail();
      const refusal = trial.call('send', { ...message, ...change });
      await expect(refusal).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      const problems: unknown = await refusal.catch((error: unknown) => error);
      const place = field === 'headers' || field === 'attachments.0' ? '' : field;
      expect(JSON.stringify(problems)).toContain(place);
      expect(server.delivered).toEqual([]);
    },
  );

  it('are bounded in size, in recipients and in where they go', async () => {
    const { trial } = await openMail({
      ...{ maxRecipients: 2, maxMessageBytes: 1000, recipientDomains: ['Example.com'] },
    });
    const large = { filename: 'a', base64: Buffer.alloc(1001).toString('base64') };
    for (const [field, change] of [
      ['arguments.attachments', { attachments: [large] }],
      ['arguments.to', { cc: ['b@example.com'], bcc: ['c@example.com'] }],
      ['arguments.cc.0', { cc: ['b@elsewhere.example'] }],
    ] as const)
      await expect(trial.call('send', { ...message, ...change })).rejects.toMatchObject({
        problems: [{ code: 'BAD_USER_INPUT', field }],
      });
  });
});

describe('mail servers', () => {
  it('that refuse some recipients have the message for the others', async () => {
    const { trial } = await openMail();
    const { value } = await trial.call('send', {
      ...message,
      to: ['nobody@example.com', 'ada@example.com'],
    });
    expect(value).toMatchObject({
      accepted: ['ada@example.com'],
      rejected: [
        {
          address: 'nobody@example.com',
          message: expect.stringContaining('no such box, [redacted]') as string,
        },
      ],
    });
  });

  it('that refuse all of them fail the call, for good or for now', async () => {
    const { trial } = await openMail();
    await expect(
      trial.call('send', { ...message, to: ['nobody@example.com'] }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('no such box, [redacted]') as string,
      ...{ isRetryable: false, isOutcomeUnknown: false, answer: { content: { smtpCode: 550 } } },
    });
    await expect(
      trial.call('send', { ...message, to: ['later@example.com'] }),
    ).rejects.toMatchObject({
      ...{ isRetryable: true, isOutcomeUnknown: false },
    });
  });

  it('are used over one connection for calls that follow each other', async () => {
    const { server, trial } = await openMail();
    for (let at = 0; at < 3; at += 1) await trial.call('send', message);
    expect(server.delivered).toHaveLength(3);
  });

  it.each(['starttls', 'tls'])('are trusted by their certificate alone (%s)', async (security) => {
    await using authority = await createAuthority();
    const files = await authority.issue('mail', { san: 'DNS:localhost' });
    const [key, cert, certificateAuthority] = await Promise.all(
      [files.keyFile, files.certFile, authority.caFile].map((file) => readFile(file)),
    );
    if (key === undefined || cert === undefined) throw new Error('there is no certificate');
    const ca = certificateAuthority?.toString() ?? '';
    const tls = { key, cert, isImplicit: security === 'tls' };
    const settings = { security, host: 'localhost', certificateAuthority: ca };
    const { server, trial } = await openMail(settings, { tls });
    await trial.call('send', message);
    expect(server.delivered).toMatchObject([{ isSecure: true }]);
    const others = [
      { security, host: 'localhost' },
      { ...settings, host: '127.0.0.1' },
    ];
    for (const other of others) {
      const { trial: distrustful } = await openMail(other, { tls });
      await expect(distrustful.call('send', message)).rejects.toThrow(/certificate/);
    }
  });

  it('without STARTTLS get nothing where it is asked for', async () => {
    const { server, trial } = await openMail({ security: 'starttls' });
    await expect(trial.call('send', message)).rejects.toMatchObject({ name: 'IntegrationError' });
    expect(server.delivered).toEqual([]);
  });
});

async function openMail(
  changes: JsonObject = {},
  options: MailServerOptions = {},
): Promise<{ readonly server: MailServer; readonly trial: Trial }> {
  const server = await openMailServer(options);
  const from = { address: 'agent@operandi.example' };
  const config = { ...server.endpoint, security: 'off', from, ...changes };
  const credential = { type: 'password', username: 'agent', password: mailPassword };
  const trial = openTrial({ kind: 'smtp', config, credential, allow: ['127.0.0.1', 'localhost'] });
  opened.push(server, trial);
  return { server, trial };
}

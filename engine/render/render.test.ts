import { describe, expect, it } from 'vitest';
import { outputOf } from '../testing/run-job.ts';
import type { responseFormats } from './formats.ts';
import { isResponseFormat } from './formats.ts';
import { checkResponses, renderResponse, renderTemplate } from './render.ts';

const evil = '<script>alert("x")</script>{{ 7 | times: 7 }}{% raw %}';

describe('renderResponse', () => {
  it('gives the output itself as JSON when the definition has no template', () => {
    expect(renderResponse(undefined, { format: 'json', data: { output: { a: 1 } } })).toEqual({
      content: '{"a":1}',
      contentType: 'application/json',
    });
  });

  it('refuses a format that the definition does not offer and names those it does', () => {
    expect(() => renderResponse({ html: 'x' }, { format: 'csv', data: { output: null } })).toThrow(
      /no response of format csv; it has json, html/,
    );
  });

  it('falls back from region to language to default to English to the first', () => {
    const render = (text: Record<string, string>, locale: string) =>
      renderResponse({ text }, { format: 'text', locale, data: {} }).content;
    expect(render({ en: 'Hello', de: 'Hallo', 'de-CH': 'Grüezi' }, 'de-CH')).toBe('Grüezi');
    expect(render({ en: 'Hello', de: 'Hallo' }, 'de-CH')).toBe('Hallo');
    expect(render({ default: 'Hi', en: 'Hello' }, 'fr')).toBe('Hi');
    expect(render({ en: 'Hello', de: 'Hallo' }, 'fr')).toBe('Hello');
    expect(render({ es: 'Hola' }, 'fr')).toBe('Hola');
  });

  it('reads output, input and recipient', () => {
    const text = '{{ recipient.name }}: {{ output.total }} for {{ input.items.size }}';
    const data = { output: { total: 5 }, input: { items: [1, 2] }, recipient: { name: 'Ada' } };
    expect(renderResponse({ text }, { format: 'text', data }).content).toBe('Ada: 5 for 2');
  });

  it('never evaluates data and escapes it for its format', () => {
    const render = (format: (typeof responseFormats)[number], value: string) =>
      renderTemplate('{{ v }}', format, { data: { v: value } });
    expect(render('html', evil)).toBe(
      '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;{{ 7 | times: 7 }}{% raw %}',
    );
    expect(render('xml', 'a\u0000<b>')).toBe('a&lt;b&gt;');
    expect(render('markdown', '[x](javascript:1) <b>')).toBe('\\[x\\]\\(javascript:1\\) \\<b\\>');
    expect(render('csv', '=HYPERLINK("x")')).toBe('"\'=HYPERLINK(""x"")"');
    expect(render('csv', '-12.5')).toBe('-12.5');
    expect(render('json', 'a"b')).toBe('"a\\"b"');
    expect(render('text', evil)).toBe(evil);
  });

  it('sees own properties only and loads no other template', () => {
    expect(
      renderTemplate('{{ v.constructor.name }}{{ v.__proto__ }}', 'text', { data: { v: {} } }),
    ).toBe('');
    expect(() => renderTemplate('{% include "/etc/passwd" %}', 'text', { data: {} })).toThrow(
      /cannot be rendered/,
    );
  });

  it('counts what templates render, and ends those that go on too long', () => {
    const endless = '{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}';
    expect(() => renderTemplate(endless, 'text', { data: {} })).toThrow(
      /cannot be rendered: more than 200000 parts would be rendered/,
    );
  });
});

describe('checkResponses', () => {
  it('names formats and templates that cannot be', () => {
    expect(
      checkResponses({ pdf: 'x', html: { en: '{% if %}', de: 1 }, text: 2 }).map(
        ({ path }) => path,
      ),
    ).toEqual([['pdf'], ['html', 'en'], ['html', 'de'], ['text']]);
    expect(isResponseFormat('html')).toBe(true);
  });
});

describe('call render', () => {
  it('renders an inline template from data, or a response of the definition', async () => {
    expect(
      await outputOf(
        `do: [{ r: { call: render, with: { format: html, template: '<b>{{ name }}</b>', data: { name: '\${ .n }' } } } }]`,
        { input: { n: '<i>' } },
      ),
    ).toBe('<b>&lt;i&gt;</b>');
    expect(
      await outputOf(
        `document: {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0, metadata: {responses: {text: {de: 'Hallo {{ output.n }}'}}}}
do: [{ r: { call: render, with: { format: text, locale: de } } }]`,
        { input: { n: 'Ada' } },
      ),
    ).toBe('Hallo Ada');
  });
});

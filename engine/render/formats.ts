import { escapeMarkup } from '../../kernel/markup.ts';

/** What a response can be rendered to. */
export const responseFormats = ['json', 'text', 'markdown', 'html', 'csv', 'xml'] as const;

export type ResponseFormat = (typeof responseFormats)[number];

export function isResponseFormat(text: string): text is ResponseFormat {
  return responseFormats.some((format) => format === text);
}

export const contentTypes: Readonly<Record<ResponseFormat, string>> = {
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

/** Makes a value harmless where a template of the format inserts it. */
export const escapes: Readonly<Record<ResponseFormat, (value: unknown) => string>> = {
  json: (value) => JSON.stringify(value ?? null),
  text: asText,
  markdown: (value) => asText(value).replaceAll(/[\\`*_{}[\]()#+\-!|<>~]/g, (char) => `\\${char}`),
  html: (value) => escapeMarkup(asText(value)),
  csv: (value) => csvCell(asText(value)),
  xml: (value) => escapeMarkup(withoutControls(asText(value))),
};

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Characters that XML 1.0 cannot hold at all. */
function withoutControls(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}

/** Spreadsheets run cells that begin like formulas: those get an apostrophe in front, numbers do not. */
function csvCell(text: string): string {
  const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

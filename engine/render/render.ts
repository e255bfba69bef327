import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { workflowError } from '../problem.ts';
import { faultsOfDates } from './check-dates.ts';
import type { RenderingSettings } from './date-filters.ts';
import { contentTypes, isResponseFormat, responseFormats, type ResponseFormat } from './formats.ts';
import { parseTemplate, renderText } from './liquid.ts';

/** What a template of a response may read. */
export type ResponseData = {
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  readonly recipient?: JsonValue;
  readonly job?: JsonValue;
};

export interface Rendering {
  readonly format: ResponseFormat;
  /** BCP 47 tag asked for; the nearest one that the definition has is taken. */
  readonly locale?: string;
  readonly data: ResponseData;
  /** What `now` is in templates, epoch milliseconds. @default the present */
  readonly now?: number;
}

export interface Rendered {
  readonly content: string;
  readonly contentType: string;
  /** The locale of the template that was used; absent when it has none. */
  readonly locale?: string;
}

/**
 * Renders a response of `document.metadata.responses`: `{<format>: template | {<locale>: template}}`. Without a template
 * `json` is the output itself; any other format is refused. Values are escaped for their format unless a template says `raw`.
 */
export function renderResponse(
  responses: JsonValue | undefined,
  { format, locale, data, now }: Rendering,
): Rendered {
  const contentType = contentTypes[format];
  const chosen = chooseTemplate(isJsonObject(responses) ? responses[format] : undefined, locale);
  if (chosen === undefined) {
    if (format === 'json') return { content: JSON.stringify(data.output ?? null), contentType };
    throw workflowError(
      'configuration',
      `the definition has no response of format ${format}; ${offered(responses)}`,
    );
  }
  const settings = settingsFor({ locale: chosen.locale ?? locale, now });
  const content = renderTemplate(chosen.template, format, { data, settings });
  return chosen.locale === undefined
    ? { content, contentType }
    : { content, contentType, locale: chosen.locale };
}

function offered(responses: JsonValue | undefined): string {
  const formats = isJsonObject(responses) ? Object.keys(responses).filter(isResponseFormat) : [];
  return `it has ${['json', ...formats.filter((format) => format !== 'json')].join(', ')}`;
}

interface Chosen {
  readonly template: string;
  readonly locale?: string;
}

/** `de-CH` falls back to `de`, then to `default`, then to `en`, then to the first that is declared. */
function chooseTemplate(
  model: JsonValue | undefined,
  locale: string | undefined,
): Chosen | undefined {
  if (typeof model === 'string') return { template: model };
  if (!isJsonObject(model)) return undefined;
  const tags = Object.keys(model).filter((tag) => typeof model[tag] === 'string');
  const wanted = [...fallbacks(locale ?? ''), 'default', 'en'];
  const tag =
    wanted.flatMap(
      (want) => tags.find((each) => each.toLowerCase() === want.toLowerCase()) ?? [],
    )[0] ?? tags[0];
  const template = tag === undefined ? undefined : model[tag];
  return tag === undefined || typeof template !== 'string' ? undefined : { template, locale: tag };
}

function fallbacks(locale: string): string[] {
  const parts = locale.split(/[-_]/);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

/** What a template is rendered with. */
export interface TemplateInput {
  readonly data: JsonObject;
  /** @default English, at present */
  readonly settings?: RenderingSettings;
}

/** Renders one template text; values are data only, never templates themselves. */
export function renderTemplate(
  template: string,
  format: ResponseFormat,
  { data, settings = settingsFor({}) }: TemplateInput,
): string {
  try {
    return renderText({ template, format, data, settings });
  } catch (error) {
    throw workflowError(
      'expression',
      `the ${format} template cannot be rendered: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** Names of months and days are in the language of the template, and in English where it has none. */
export function settingsFor({
  locale,
  now,
}: {
  readonly locale?: string | undefined;
  readonly now?: number | undefined;
}): RenderingSettings {
  return { locale: knownLocale(locale ?? 'en'), now: now ?? Date.now() };
}

function knownLocale(tag: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    // `default`, say, is no language.
    return 'en';
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

/** What is wrong with the templates of a definition, by format and locale. */
export function checkResponses(
  responses: JsonValue | undefined,
): { readonly path: readonly string[]; readonly message: string }[] {
  if (responses === undefined) return [];
  if (!isJsonObject(responses))
    return [{ path: [], message: 'responses is an object: format to template' }];
  return Object.entries(responses).flatMap(([format, model]) => {
    if (!isResponseFormat(format))
      return [
        { path: [format], message: `no such format; there are ${responseFormats.join(', ')}` },
      ];
    if (typeof model === 'string') return checkTemplate(model, format, [format]);
    if (!isJsonObject(model))
      return [{ path: [format], message: 'a template is a text, or an object: locale to text' }];
    return Object.entries(model).flatMap(([locale, text]) =>
      typeof text === 'string'
        ? checkTemplate(text, format, [format, locale])
        : [{ path: [format, locale], message: 'a template is a text' }],
    );
  });
}

function checkTemplate(
  template: string,
  format: ResponseFormat,
  path: readonly string[],
): { path: readonly string[]; message: string }[] {
  return messagesOf(template, format).map((message) => ({ path, message }));
}

function messagesOf(template: string, format: ResponseFormat): readonly string[] {
  try {
    return faultsOfDates(parseTemplate(template, format));
  } catch (error) {
    return [reasonOf(error)];
  }
}

import type { Context, Liquid, Template } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { liquid } from '../packages.ts';
import { workflowError } from '../problem.ts';
import {
  contentTypes,
  escapes,
  isResponseFormat,
  responseFormats,
  type ResponseFormat,
} from './formats.ts';

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
}

export interface Rendered {
  readonly content: string;
  readonly contentType: string;
  /** The locale of the template that was used; absent when it has none. */
  readonly locale?: string;
}

/**
 * Budget of one rendering: template text in characters, nodes rendered, memory units of the template engine. All are
 * counted: the same template and data end the same way on every machine.
 */
const budget = { parseLimit: 200_000, nodes: 200_000, memoryLimit: 20_000_000 } as const;

/**
 * Renders a response of `document.metadata.responses`: `{<format>: template | {<locale>: template}}`. Without a template
 * `json` is the output itself; any other format is refused. Values are escaped for their format unless a template says `raw`.
 */
export function renderResponse(
  responses: JsonValue | undefined,
  { format, locale, data }: Rendering,
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
  const content = renderTemplate(chosen.template, format, data);
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

/** Renders one template text; values are data only, never templates themselves. */
export function renderTemplate(template: string, format: ResponseFormat, data: JsonObject): string {
  try {
    const engine = engineOf(format);
    const text: unknown = engine.renderSync(parsed(template, format), boundedContext(engine, data));
    return String(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw workflowError('expression', `the ${format} template cannot be rendered: ${reason}`, {
      cause: error,
    });
  }
}

/** The engine looks at its limit of time before each node: there is where nodes are counted instead. */
function boundedContext(engine: Liquid, data: JsonObject): Context {
  const context = new (liquid().Context)(data, engine.options, { sync: true }, { liquid: engine });
  let nodes = 0;
  context.renderLimit.check = () => {
    nodes += 1;
    if (nodes > budget.nodes)
      throw new RangeError(`more than ${String(budget.nodes)} parts would be rendered`);
  };
  return context;
}

// Templates belong to published definitions, which never change: the same few are rendered again and again.
const parsedTemplates = new LRUCache<string, Template[]>({ max: 500 });

function parsed(template: string, format: ResponseFormat): Template[] {
  const key = `${format} ${template}`;
  const known = parsedTemplates.get(key);
  if (known !== undefined) return known;
  const fresh = engineOf(format).parse(template);
  parsedTemplates.set(key, fresh);
  return fresh;
}

/** One engine a format: the escape belongs to it. */
const engines = new Map<ResponseFormat, Liquid>();

function engineOf(format: ResponseFormat): Liquid {
  const known = engines.get(format);
  if (known !== undefined) return known;
  const engine = new (liquid().Liquid)({
    parseLimit: budget.parseLimit,
    memoryLimit: budget.memoryLimit,
    outputEscape: escapes[format],
    ownPropertyOnly: true,
    strictFilters: true,
    templates: {},
    cache: false,
    dynamicPartials: false,
    timezoneOffset: 0,
  });
  engines.set(format, engine);
  return engine;
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
  try {
    engineOf(format).parse(template);
    return [];
  } catch (error) {
    return [
      {
        path,
        message: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      },
    ];
  }
}

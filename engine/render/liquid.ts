import type { Context, Liquid, Template } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../kernel/json.ts';
import { liquid } from '../packages.ts';
import { dateFilters, setRendering, type RenderingSettings } from './date-filters.ts';
import { escapes, type ResponseFormat } from './formats.ts';
import { numberFilters, numberOf } from './number-filters.ts';

/**
 * Budget of one rendering: template text in characters, nodes rendered, memory units of the template engine. All are
 * counted: the same template and data end the same way on every machine.
 */
const budget = { parseLimit: 200_000, nodes: 200_000, memoryLimit: 20_000_000 } as const;

// Templates belong to published definitions, which never change: the same few are rendered again and again.
const parsedTemplates = new LRUCache<string, Template[]>({ max: 500 });

/** A template text taken apart; throws for one that is none. */
export function parseTemplate(template: string, format: ResponseFormat): readonly Template[] {
  const key = `${format} ${template}`;
  const known = parsedTemplates.get(key);
  if (known !== undefined) return known;
  const fresh = engineOf(format).parse(template);
  parsedTemplates.set(key, fresh);
  return fresh;
}

/** What a rendering is of. */
export interface Order {
  readonly template: string;
  readonly format: ResponseFormat;
  readonly data: JsonObject;
  readonly settings: RenderingSettings;
}

/** The text of a template; values are data only, never templates themselves. */
export function renderText({ template, format, data, settings }: Order): string {
  const engine = engineOf(format);
  const context = boundedContext(engine, data);
  setRendering(context, settings);
  const text: unknown = engine.renderSync([...parseTemplate(template, format)], context);
  return String(text);
}

/** Names that a template reads and does not make itself, each with the place of its first use. */
export function namesRead(
  template: string,
  format: ResponseFormat,
): readonly { readonly name: string; readonly line: number; readonly column: number }[] {
  const engine = engineOf(format);
  const { globals } = engine.analyzeSync([...parseTemplate(template, format)], { partials: false });
  return Object.entries(globals).map(([name, [first]]) => ({
    name,
    line: first?.location.row ?? 1,
    column: first?.location.col ?? 1,
  }));
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

/** One engine a format: the escape belongs to it. */
const engines = new Map<ResponseFormat, Liquid>();

/** Tags that would read other templates, of which there are none. */
const tagsOfFiles = ['include', 'render', 'layout', 'block'] as const;

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
  });
  for (const [name, filter] of Object.entries({ ...dateFilters, ...numberFilters }))
    engine.registerFilter(name, filter);
  registerSum(engine);
  for (const name of tagsOfFiles) Reflect.deleteProperty(engine.tags, name);
  engines.set(format, engine);
  return engine;
}

/** The sum of a list, or of a property of its members. */
function registerSum(engine: Liquid): void {
  engine.registerFilter('sum', (list: unknown, property: unknown) => {
    const items: readonly unknown[] = Array.isArray(list) ? list : [list];
    return items.reduce<number>(
      (sum, item) =>
        sum + numberOf(typeof property === 'string' ? memberOf(item, property) : item, 'sum'),
      0,
    );
  });
}

function memberOf(item: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    // A record by its own property; what it holds is looked at by whoever asked.
    return isThere ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  }, item);
}

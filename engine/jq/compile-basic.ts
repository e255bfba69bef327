import type { Node, NodeOf } from './ast.ts';
import type { Meter } from './meter.ts';
import { many, single, weightOf } from './code.ts';
import type { Code, Each, One } from './code.ts';
import { ancestor } from './env.ts';
import type { Env } from './code.ts';
import { JqRuntimeError, JqSyntaxError } from './errors.ts';
import { formatter } from './formats.ts';
import type { Scope } from './scope.ts';
import { itemsOf } from './values/access.ts';
import { describe } from './values/dump.ts';
import type { Value } from './values/kinds.ts';
import { setProperty } from './values/objects.ts';
import type { Draft } from './values/objects.ts';

const bytesPerItem = 8;
const bytesPerProperty = 48;

export const identityCode: Code = single(
  (input) => input,
  0,
  (place, _env, emit) => {
    emit(place);
  },
);

export function compileLiteral(value: Value): Code {
  return single(() => value, 0);
}

export function compileVariable({ name, offset }: NodeOf<'variable'>, scope: Scope): Code {
  const hops = scope.hopsTo('variable', name);
  if (hops === undefined) {
    const reason =
      name === 'ENV' ? 'the environment is not available here' : `$${name} is not defined`;
    throw new JqSyntaxError(reason, offset);
  }
  if (hops === 0) return single((_input, env) => env.value, 0);
  return single((_input, env) => ancestor(env, hops).value, 0);
}

export function compileFormat({ format, offset }: NodeOf<'format'>): Code {
  const apply = formatter(format);
  if (apply === undefined) throw new JqSyntaxError(`${format} is not a valid format`, offset);
  return single((input, { meter }) => apply(input, meter), 0);
}

/** A string with interpolations; the last of them varies slowest. */
export function compileString({ format, parts }: NodeOf<'string'>, scope: Scope): Code {
  const apply = formatter(format);
  if (apply === undefined) throw new JqSyntaxError(`${format} is not a valid format`, 0);
  const pieces = parts.map((part) => (typeof part === 'string' ? part : scope.compile(part)));
  const codes = pieces.filter((piece) => typeof piece !== 'string');
  const weight = weightOf(codes);
  const append = (text: string, value: Value, { meter }: Env): string => {
    const piece = apply(value, meter);
    meter.step();
    meter.allocate(piece.length + bytesPerItem);
    return text + piece;
  };
  if (codes.every(({ one }) => one !== undefined)) {
    const ones = pieces.map((piece) => (typeof piece === 'string' ? piece : (piece.one ?? never)));
    return single((input, env) => {
      let text = '';
      for (const piece of ones)
        text = typeof piece === 'string' ? text + piece : append(text, piece(input, env), env);
      return text;
    }, weight);
  }
  const each: Each = (input, env, emit) => {
    const build = (at: number, suffix: string): void => {
      const piece = pieces[at];
      if (piece === undefined) emit(suffix);
      else if (typeof piece === 'string') build(at - 1, piece + suffix);
      else {
        piece.each(input, env, (value) => {
          build(at - 1, append('', value, env) + suffix);
        });
      }
    };
    build(pieces.length - 1, '');
  };
  return many(each, weight);
}

const never: One = () => null;

export function compileArray({ body }: NodeOf<'array'>, scope: Scope): Code {
  if (body === undefined) return single(() => [], 0);
  const { each, one, weight } = scope.compile(body);
  if (one !== undefined) {
    return single((input, env) => {
      env.meter.step();
      env.meter.allocate(bytesPerItem * 3);
      return [one(input, env)];
    }, weight);
  }
  return single((input, env) => collect(each, input, env), weight + 1);
}

/** All values of a filter in an array. */
export function collect(each: Each, input: Value, env: Env): Value[] {
  const { meter } = env;
  const items: Value[] = [];
  meter.work(2);
  meter.allocate(bytesPerItem * 3);
  each(input, env, (value) => {
    meter.step();
    meter.allocate(bytesPerItem);
    items.push(value);
  });
  return items;
}

/** The one value of a filter for each item of an array or object. */
export function mapOne(one: One, input: Value, env: Env): Value[] {
  const items = itemsOf(input, env.meter);
  env.meter.work(items.length + 1);
  env.meter.allocate(items.length * 8 + 24);
  return items.map((item) => one(item, env));
}

export function compileObject({ entries }: NodeOf<'object'>, scope: Scope): Code {
  const pairs = entries.map(({ key, value }) => ({
    key: scope.compile(key),
    value: scope.compile(value),
    name: constantKey(key),
  }));
  const weight = weightOf(pairs.flatMap(({ key, value }) => [key, value]));
  const fields = pairs.flatMap(({ key, value, name }) =>
    value.one === undefined || key.one === undefined
      ? []
      : [{ key: key.one, value: value.one, name }],
  );
  if (fields.length === pairs.length) return single(buildObject(fields), weight);
  const each: Each = (input, env, emit) => {
    const build = (at: number, draft: Draft): void => {
      const pair = pairs[at];
      if (pair === undefined) {
        emit(draft);
        return;
      }
      pair.key.each(input, env, (key) => {
        pair.value.each(input, env, (value) => {
          env.meter.work(at + 1);
          env.meter.allocate(bytesPerProperty * (at + 1));
          const copy = { ...draft };
          setProperty(copy, toKey(key, env.meter), value);
          build(at + 1, copy);
        });
      });
    };
    build(0, {});
  };
  return many(each, weight * 2);
}

interface Field {
  readonly key: One;
  readonly value: One;
  readonly name: string | undefined;
}

function buildObject(fields: readonly Field[]): One {
  return (input, env) => {
    env.meter.work(fields.length * 2 + 2);
    env.meter.allocate(bytesPerProperty * fields.length);
    const draft: Draft = {};
    for (const { key, value, name } of fields) {
      setProperty(draft, name ?? toKey(key(input, env), env.meter), value(input, env));
    }
    return draft;
  };
}

function constantKey(key: Node): string | undefined {
  return key.type === 'literal' && typeof key.value === 'string' ? key.value : undefined;
}

function toKey(key: Value, meter: Meter): string {
  if (typeof key !== 'string') {
    throw new JqRuntimeError(`Cannot use ${describe(key, meter)} as object key`);
  }
  meter.work(key.length >> 4);
  return key;
}

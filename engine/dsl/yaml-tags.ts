import type { JsonValue } from '../../kernel/json.ts';

/** Tags of YAML's core schema, which is as much as JSON has. */
export const jsonTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(tagNamed),
);

function tagNamed(name: string): string {
  return `tag:yaml.org,2002:${name}`;
}

/** What texts of the core schema mean under a tag that says so. */
const readers: Readonly<Record<string, (text: string) => JsonValue | undefined>> = {
  str: (text) => text,
  int: (text) => (/^[-+]?\d+$/.test(text) ? Number(text) : undefined),
  float: (text) =>
    /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined,
  bool: (text) => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined),
  null: (text) => (/^(?:~|null|)$/i.test(text) ? null : undefined),
};

const byTag = new Map(Object.entries(readers).map(([name, read]) => [tagNamed(name), read]));

/** The value of a text under a tag; undefined when the text does not have that form. */
export function valueOfTag(tag: string, text: string): JsonValue | undefined {
  return byTag.get(tag)?.(text);
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { ScimError } from './scim-error.ts';
import { withoutSchema } from './scim-filter.ts';
import { lowerCased, nameOf, readFlag, textOf, type MemberWish } from './scim-user.ts';

const maxOperations = 100;

/** Attributes by path in lower case, with what a value for them means. */
const attributes: Readonly<Record<string, (value: JsonValue) => MemberWish>> = {
  active: (value) => ({ isActive: readFlag(value) }),
  username: (value) => ({ email: required(value, 'userName') }),
  'emails[type eq "work"].value': (value) => ({ email: required(value, 'emails') }),
  'emails[primary eq true].value': (value) => ({ email: required(value, 'emails') }),
  externalid: (value) => ({ externalId: textOf(value) ?? null }),
  displayname: (value) => ({ name: required(value, 'displayName') }),
  'name.formatted': (value) => ({ name: required(value, 'name') }),
};

/** Reads the operations of RFC 7644, section 3.5.2; of those for one attribute the last counts, others are passed over. */
export function readPatch(body: JsonValue): MemberWish {
  const { operations } = lowerCased(body);
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > maxOperations)
    throw new ScimError(
      400,
      `Operations is a list of 1 to ${String(maxOperations)}`,
      'invalidSyntax',
    );
  return operations.reduce<MemberWish>(
    (wish, operation: JsonValue) => ({ ...wish, ...readOperation(lowerCased(operation)) }),
    {},
  );
}

function readOperation({ op, path, value = null }: JsonObject): MemberWish {
  const kind = typeof op === 'string' ? op.toLowerCase() : '';
  if (!['add', 'replace', 'remove'].includes(kind))
    throw new ScimError(400, 'op is add, replace or remove', 'invalidSyntax');
  if (path === undefined || path === null || path === '') {
    if (kind === 'remove') throw new ScimError(400, 'remove needs a path', 'invalidPath');
    return readMembers(value);
  }
  if (typeof path !== 'string') throw new ScimError(400, 'path is a text', 'invalidPath');
  return kind === 'remove' ? readRemoval(path) : readAttribute(path, value);
}

/** Without a path the value is an object of attributes, or of paths as Entra ID sends them. */
function readMembers(value: JsonValue): MemberWish {
  if (!isJsonObject(value))
    throw new ScimError(400, 'without a path the value is an object', 'invalidValue');
  const wishes = Object.entries(value).map(([name, member]) => readAttribute(name, member));
  return Object.assign({}, ...wishes) as MemberWish;
}

function readAttribute(path: string, value: JsonValue): MemberWish {
  const name = withoutSchema(path).toLowerCase();
  if (name === 'name') {
    const whole = nameOf({ name: value });
    return whole === undefined ? {} : { name: whole };
  }
  return Object.hasOwn(attributes, name) ? (attributes[name]?.(value) ?? {}) : {};
}

function readRemoval(path: string): MemberWish {
  const name = withoutSchema(path).toLowerCase();
  if (name === 'externalid') return { externalId: null };
  if (!Object.hasOwn(attributes, name)) return {};
  throw new ScimError(400, `${path.slice(0, 100)} cannot be removed`, 'mutability');
}

function required(value: JsonValue, name: string): string {
  const text = textOf(value);
  if (text === undefined) throw new ScimError(400, `${name} is a text`, 'invalidValue');
  return text;
}

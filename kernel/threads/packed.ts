import { ExactNumber, hasMadeExactNumbers } from '../exact-number.ts';

/** A message with texts in the places of exact numbers, which a copy between threads would strip of their class. */
class Boxed {
  readonly kind = 'boxed';
  readonly message: unknown;

  constructor(message: unknown) {
    this.message = message;
  }
}

/** A message as it may be posted to another thread; the same one unless it holds exact numbers. */
export function packed(message: unknown): unknown {
  if (!hasMadeExactNumbers()) return message;
  const copy = mapped(message, box);
  return copy === message ? message : new Boxed(copy);
}

/** What was packed. */
export function unpacked(message: unknown): unknown {
  return isBoxed(message) ? mapped(message.message, unbox) : message;
}

// A copied string object is one still, and nothing else that is posted holds any.
function box(value: object): object {
  return value instanceof ExactNumber ? new String(value.text) : value;
}

function unbox(value: object): object {
  return value instanceof String ? new ExactNumber(value.toString()) : value;
}

/** The value with other leaves; parts in which nothing changes stay the same. */
function mapped(value: unknown, change: (leaf: object) => object): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mappedItems(value, change);
  return isPlain(value) ? mappedMembers(value, change) : change(value);
}

function mappedItems(items: readonly unknown[], change: (leaf: object) => object): unknown {
  let copy: unknown[] | undefined;
  for (const [at, item] of items.entries()) {
    const other = mapped(item, change);
    if (other === item) continue;
    copy ??= items.slice();
    copy[at] = other;
  }
  return copy ?? items;
}

function mappedMembers(object: object, change: (leaf: object) => object): unknown {
  let copy: object | undefined;
  for (const [name, value] of Object.entries(object)) {
    const other = mapped(value, change);
    if (other === value) continue;
    copy ??= { ...object };
    // `__proto__` too is a name like any other.
    Object.defineProperty(copy, name, { value: other });
  }
  return copy ?? object;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// Only `packed` makes objects of this kind with a message.
function isBoxed(message: unknown): message is Boxed {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    message.kind === 'boxed' &&
    'message' in message
  );
}

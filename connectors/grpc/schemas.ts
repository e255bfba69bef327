import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

import type { JsonObject } from '../../kernel/json.ts';

/** Messages that one schema describes; what is beyond is left open. */
const maxMessages = 200;

/** JSON Schema of a message, by the JSON mapping of protobuf. */
export function schemaOf(message: DescMessage): JsonObject {
  const definitions = new Map<string, JsonObject>();
  const waiting: DescMessage[] = [];
  const refer: Refer = (inner) => {
    const common = ofWellKnown(inner);
    if (common !== undefined) return common;
    if (!definitions.has(inner.typeName)) {
      if (definitions.size >= maxMessages) return { type: 'object' };
      definitions.set(inner.typeName, {});
      waiting.push(inner);
    }
    return { $ref: `#/$defs/${inner.typeName}` };
  };
  const root = ofWellKnown(message) ?? objectOf(message, refer);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    definitions.set(next.typeName, objectOf(next, refer));
  const defs = definitions.size === 0 ? {} : { $defs: Object.fromEntries(definitions) };
  return { ...root, ...defs };
}

type Refer = (message: DescMessage) => JsonObject;

function objectOf({ fields }: DescMessage, refer: Refer): JsonObject {
  const properties = fields.map((field) => [field.jsonName, ofField(field, refer)] as const);
  const required = fields.filter(({ proto }) => proto.label === 2).map(({ jsonName }) => jsonName);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function ofField(field: DescField, refer: Refer): JsonObject {
  switch (field.fieldKind) {
    case 'scalar':
      return ofScalar(field.scalar);
    case 'enum':
      return ofEnum(field.enum);
    case 'message':
      return refer(field.message);
    case 'list':
      return { type: 'array', items: ofElement(field.listKind, field, refer) };
    case 'map':
      return { type: 'object', additionalProperties: ofElement(field.mapKind, field, refer) };
  }
}

function ofElement(
  kind: 'scalar' | 'enum' | 'message',
  { scalar, enum: choice, message }: DescField,
  refer: Refer,
): JsonObject {
  if (kind === 'message' && message !== undefined) return refer(message);
  if (kind === 'enum' && choice !== undefined) return ofEnum(choice);
  return scalar === undefined ? {} : ofScalar(scalar);
}

function ofEnum({
  typeName,
  values,
}: {
  readonly typeName: string;
  readonly values: readonly { readonly name: string }[];
}): JsonObject {
  if (typeName === 'google.protobuf.NullValue') return { type: 'null' };
  // Numbers without a name pass, as a newer server has more of them.
  return { anyOf: [{ enum: values.map(({ name }) => name) }, { type: 'integer' }] };
}

const whole = { type: 'integer' };
/** Texts keep all digits; both are taken, texts come back. */
const longWhole = { type: ['integer', 'string'] };
const fraction = { anyOf: [{ type: 'number' }, { type: 'string' }] };

function ofScalar(type: ScalarType): JsonObject {
  switch (type) {
    case ScalarType.STRING:
      return { type: 'string' };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' };
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return fraction;
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return whole;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return longWhole;
  }
}

const text = { type: 'string' };
const wellKnown: Readonly<Record<string, JsonObject>> = {
  Timestamp: { ...text, description: 'A moment (RFC 3339).' },
  Duration: { ...text, description: 'Seconds with an s, such as 1.5s.' },
  FieldMask: { ...text, description: 'Paths of fields with commas between.' },
  Struct: { type: 'object' },
  Value: {},
  ListValue: { type: 'array' },
  Any: { type: 'object', description: 'A message with its type in @type.' },
  Empty: { type: 'object', additionalProperties: false },
  StringValue: { type: ['string', 'null'] },
  BytesValue: { type: ['string', 'null'] },
  BoolValue: { type: ['boolean', 'null'] },
  DoubleValue: { type: ['number', 'string', 'null'] },
  FloatValue: { type: ['number', 'string', 'null'] },
  Int32Value: { type: ['integer', 'null'] },
  UInt32Value: { type: ['integer', 'null'] },
  Int64Value: { type: ['integer', 'string', 'null'] },
  UInt64Value: { type: ['integer', 'string', 'null'] },
};

/** Messages with a form of their own in JSON. */
function ofWellKnown({ typeName }: DescMessage): JsonObject | undefined {
  const [, name] = /^google\.protobuf\.(\w+)$/.exec(typeName) ?? [];
  return name !== undefined && Object.hasOwn(wellKnown, name) ? wellKnown[name] : undefined;
}

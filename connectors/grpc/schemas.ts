import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Label } from '@bufbuild/protobuf/wkt';

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
  const required = fields
    .filter(({ proto }) => proto.label === FieldDescriptorProto_Label.REQUIRED)
    .map(({ jsonName }) => jsonName);
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
      return scalars[field.scalar];
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
  return scalar === undefined ? {} : scalars[scalar];
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

const scalars: Readonly<Record<ScalarType, JsonObject>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.DOUBLE]: fraction,
  [ScalarType.FLOAT]: fraction,
  [ScalarType.INT32]: whole,
  [ScalarType.UINT32]: whole,
  [ScalarType.SINT32]: whole,
  [ScalarType.FIXED32]: whole,
  [ScalarType.SFIXED32]: whole,
  [ScalarType.INT64]: longWhole,
  [ScalarType.UINT64]: longWhole,
  [ScalarType.SINT64]: longWhole,
  [ScalarType.FIXED64]: longWhole,
  [ScalarType.SFIXED64]: longWhole,
};

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

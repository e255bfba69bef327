import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql';

/** The directive with another text in an argument that it has. */
export function withText(
  directive: ConstDirectiveNode,
  name: 'graph' | 'name' | 'requires',
  text: string,
): ConstDirectiveNode {
  const value: ConstValueNode = { kind: name === 'graph' ? Kind.ENUM : Kind.STRING, value: text };
  const given = directive.arguments?.map((argument) =>
    argument.name.value === name ? { ...argument, value } : argument,
  );
  return { ...directive, ...(given && { arguments: given }) };
}

/** Says that a subgraph has a type by this key. */
export function joinType(graph: string, key: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__type' },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'graph' },
        value: { kind: Kind.ENUM, value: graph },
      },
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'key' },
        value: { kind: Kind.STRING, value: key },
      },
    ],
  };
}

/** Says that a subgraph has a field, or with `isExternal` that it only knows it. */
export function joinField(graph: string, { isExternal = false } = {}): ConstDirectiveNode {
  const external = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'external' },
    value: { kind: Kind.BOOLEAN, value: true },
  } as const;
  const owner = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'graph' },
    value: { kind: Kind.ENUM, value: graph },
  } as const;
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: isExternal ? [owner, external] : [owner],
  };
}

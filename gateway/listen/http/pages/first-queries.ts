import {
  type DocumentNode,
  getOperationAST,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isLeafType,
  isObjectType,
  isInterfaceType,
  getNamedType,
  isRequiredArgument,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';

/** A tab that somebody who comes new begins with. */
export interface FirstQuery {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
}

const hint = `# Put an API key or token behind "Bearer" in the
# Headers below; subscriptions send them, too.
`;

/** What people of the platform begin with. */
const ofPlatform: readonly FirstQuery[] = [
  {
    query: `${hint}
query RecentJobs {
  jobs(first: 10) {
    nodes {
      id
      state
    }
  }
}
`,
  },
  {
    query: `mutation SubmitJob($input: SubmitJobInput!) {
  submitJob(input: $input) {
    job {
      id
      state
    }
    userErrors {
      code
      message
    }
  }
}
`,
    variables: '{\n  "input": { "agent": "name-of-an-agent", "input": {} }\n}',
  },
  {
    query: `subscription JobChanges {
  jobChanges {
    cursor
    job {
      id
      state
    }
  }
}
`,
  },
];

/** Queries that fit the schema: those of the platform where it serves them, else examples of its own fields. */
export function firstQueries(schema: GraphQLSchema): readonly FirstQuery[] {
  const known = ofPlatform.filter(({ query }) => fits(parse(query), schema));
  if (known.length > 0) return known;
  const examples = [
    { query: `${hint}\nquery Welcome {\n  __typename\n}\n` },
    exampleOf(schema, OperationTypeNode.QUERY),
    exampleOf(schema, OperationTypeNode.SUBSCRIPTION) ?? whatThereIs,
  ];
  return examples.filter((one) => one !== undefined);
}

function fits(document: DocumentNode, schema: GraphQLSchema): boolean {
  const operation = getOperationAST(document)?.operation;
  // Without the type of its root nothing would be looked at.
  const isServed = operation !== undefined && schema.getRootType(operation) != null;
  return isServed && validate(schema, document).length === 0;
}

const whatThereIs: FirstQuery = {
  query: `query WhatThereIs {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`,
};

/** The first field that nothing has to be given to, with what can be read of it at once. */
function exampleOf(schema: GraphQLSchema, kind: OperationTypeNode): FirstQuery | undefined {
  const root = schema.getRootType(kind);
  const [field] = root ? plainFields(root) : [];
  if (field === undefined) return undefined;
  return { query: `${kind} Example {\n  ${field.name}${selectionOf(field)}\n}\n` };
}

type Field = GraphQLField<unknown, unknown>;

function plainFields(type: Pick<GraphQLObjectType, 'getFields'>): Field[] {
  return Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
}

function selectionOf({ type }: Field): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named) && !isInterfaceType(named)) return ' {\n    __typename\n  }';
  const leaves = plainFields(named).filter((one) => isLeafType(getNamedType(one.type)));
  const names = leaves.slice(0, 5).map(({ name }) => `\n    ${name}`);
  return ` {${names.length > 0 ? names.join('') : '\n    __typename'}\n  }`;
}

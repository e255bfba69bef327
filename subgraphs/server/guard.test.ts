import { buildSchema, graphql, isObjectType, parse, subscribe } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';

import { findGaps, guardSchema } from './guard.ts';
import { hasPermission, inherited, signedIn } from './permissions.ts';
import type { PermissionMap } from './permissions.ts';

const read = hasPermission('JOBS_READ');
const complete: PermissionMap = {
  Query: { job: read, open: signedIn },
  Mutation: { act: signedIn },
  Subscription: { news: read },
  Job: { '*': inherited, secret: hasPermission('AUDIT_READ') },
};

function schemaOf(calls: string[] = []): GraphQLSchema {
  const schema = buildSchema(`
    type Query { job: Job open: String }
    type Mutation { act: String }
    type Subscription { news: String }
    type Job { id: ID secret: String }`);
  const fieldsOf = (type: 'Query' | 'Mutation' | 'Subscription') =>
    ({
      Query: schema.getQueryType(),
      Mutation: schema.getMutationType(),
      Subscription: schema.getSubscriptionType(),
    })[type]?.getFields() ?? {};
  for (const type of ['Query', 'Mutation', 'Subscription'] as const) {
    for (const field of Object.values(fieldsOf(type))) {
      field.resolve = () => {
        calls.push(field.name);
        return { id: '1', secret: 'x' };
      };
    }
  }
  const { news } = fieldsOf('Subscription');
  if (news !== undefined) {
    news.resolve = (event: unknown) => event;
    news.subscribe = async function* () {
      calls.push('subscribe');
      yield await Promise.resolve('one');
    };
  }
  return schema;
}

/** A caller without any service: rules may only look at the actor of a query. */
function caller(...permissions: readonly string[]) {
  return { actor: { permissions } };
}

describe('the permission map', () => {
  it('is accepted when it names every root field and every type', () => {
    expect(findGaps(schemaOf(), complete)).toEqual([]);
  });

  it.each([
    ['a query', { Query: { open: signedIn } }, 'Query.job'],
    ['a mutation', { Mutation: {} }, 'Mutation.act'],
    ['a subscription', { Subscription: {} }, 'Subscription.news'],
    ['a root type in one piece', { Query: signedIn }, 'Query.job'],
    ['a root type by its wildcard', { Query: { '*': signedIn } }, 'Query.job'],
    ['a field of a type without a wildcard', { Job: { id: inherited } }, 'Job.secret'],
  ])('is refused at start when it leaves out %s', (_what, change, gap) => {
    const broken = { ...complete, ...change } as PermissionMap;
    expect(findGaps(schemaOf(), broken)).toContain(gap);
    expect(() => {
      guardSchema(schemaOf(), broken);
    }).toThrow(gap);
  });

  it('is refused at start when it leaves out a type or misspells a field', () => {
    const rest = Object.fromEntries(Object.entries(complete).filter(([type]) => type !== 'Job'));
    expect(findGaps(schemaOf(), rest)).toEqual(['Job']);
    const misspelt = { ...complete, Query: { ...complete['Query'], jobb: read } } as PermissionMap;
    expect(() => {
      guardSchema(schemaOf(), misspelt);
    }).toThrow('Query.jobb');
  });
});

describe('a guarded schema', () => {
  it('calls no resolver for who lacks the permission', async () => {
    const calls: string[] = [];
    const schema = schemaOf(calls);
    guardSchema(schema, complete);
    const { errors } = await graphql({ schema, source: '{ job { id } }', contextValue: caller() });
    expect(errors?.[0]?.message).toContain('JOBS_READ');
    expect(calls).toEqual([]);
  });

  it('guards one field of an object that is open otherwise', async () => {
    const schema = schemaOf();
    guardSchema(schema, complete);
    const { data, errors } = await graphql({
      schema,
      source: '{ job { id secret } }',
      contextValue: caller('JOBS_READ'),
    });
    expect(data).toEqual({ job: { id: '1', secret: null } });
    expect(errors?.[0]?.message).toContain('AUDIT_READ');
  });

  it('leaves fields without a rule of their own as they are', () => {
    const schema = schemaOf();
    guardSchema(schema, complete);
    const job = schema.getType('Job');
    const fields = isObjectType(job) ? job.getFields() : {};
    expect(fields['id']).toMatchObject({ resolve: undefined });
    expect(fields['secret']?.resolve).toBeTypeOf('function');
  });

  it('does not begin a stream for who lacks the permission', async () => {
    const calls: string[] = [];
    const schema = schemaOf(calls);
    guardSchema(schema, complete);
    const document = parse('subscription { news }');
    const refused = await subscribe({ schema, document, contextValue: caller() });
    expect(calls).toEqual([]);
    expect(JSON.stringify(refused)).toContain('JOBS_READ');
    const begun = await subscribe({ schema, document, contextValue: caller('JOBS_READ') });
    expect(Symbol.asyncIterator in begun).toBe(true);
  });
});

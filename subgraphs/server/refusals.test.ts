import { buildSchema, graphql } from 'graphql';
import { describe, expect, it } from 'vitest';

import { AppError, NotFoundError, RefusedError } from '../../kernel/errors.ts';
import { answerRefusals } from './refusals.ts';

const sdl = `
  type Query { a: Int }
  type UserError { code: String! field: String! message: String! }
  type Payload { thing: String count: Int! isNew: Boolean! list: [String!]! userErrors: [UserError!]! }
  type Mutation { act: Payload! }`;

function answerTo(resolve: () => unknown) {
  const schema = buildSchema(sdl);
  const field = schema.getMutationType()?.getFields()['act'];
  if (field === undefined) throw new Error('no field');
  field.resolve = resolve;
  answerRefusals(schema);
  return graphql({
    schema,
    source: 'mutation { act { thing count isNew list userErrors { code field message } } }',
  });
}

function throwing(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('a mutation', () => {
  it('answers all problems of a refusal, and empty values for the rest', async () => {
    const problems = [
      { code: 'INPUT_INVALID', field: 'input.a', message: 'one' },
      { code: 'MY_RULE', field: '', message: 'two' },
    ];
    const { data, errors } = await answerTo(throwing(new RefusedError('INPUT_INVALID', problems)));
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      act: { thing: null, count: 0, isNew: false, list: [], userErrors: problems },
    });
  });

  it('answers what a refusal knows beside its problems', async () => {
    const { data } = await answerTo(
      throwing(new RefusedError('DEFINITION_INVALID', [], { list: ['finding'] })),
    );
    expect(data).toMatchObject({ act: { list: ['finding'] } });
  });

  it('answers what does not exist or is in conflict as a user error', async () => {
    const { data } = await answerTo(throwing(new NotFoundError('Job', 'x')));
    expect(data).toMatchObject({ act: { userErrors: [{ code: 'NOT_FOUND', field: '' }] } });
  });

  it.each(['FORBIDDEN', 'UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'] as const)(
    'leaves %s a top-level error',
    async (code) => {
      const { data, errors } = await answerTo(throwing(new AppError(code, 'no')));
      expect(data).toBeNull();
      expect(errors).toHaveLength(1);
    },
  );

  it('has no user errors when all went well', async () => {
    const { data } = await answerTo(() => ({ thing: 'x', count: 1, isNew: true, list: [] }));
    expect(data).toMatchObject({ act: { thing: 'x', userErrors: [] } });
  });
});

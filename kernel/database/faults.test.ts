import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { mapDatabaseFault, reasonOf } from './faults.ts';

const withCode = (code: string): Error => Object.assign(new Error('from the driver'), { code });

describe('a fault of the database', () => {
  it.each([
    'ECONNREFUSED',
    '57P01',
    '57P03',
    '53300',
    '08006',
    'P1001',
    'P2024',
    'P2028',
    '40P01',
    '40001',
    'P2034',
    '57014',
  ])('with code %s is UNAVAILABLE and may be retried', (code) => {
    const error = withCode(code);
    const mapped = mapDatabaseFault(error);
    expect(mapped).toMatchObject({ code: 'UNAVAILABLE', isRetryable: true, cause: error });
  });

  it('is found below causes and inside what Prisma wraps', () => {
    const wrapped = new Error('outer', {
      cause: new Error('middle', { cause: withCode('57P01') }),
    });
    expect(mapDatabaseFault(wrapped)).toMatchObject({ code: 'UNAVAILABLE' });
    const prisma = Object.assign(new Error('raw query failed'), {
      code: 'P2010',
      meta: { driverAdapterError: { cause: { kind: 'ConnectionClosed' } } },
    });
    expect(mapDatabaseFault(prisma)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is told in a line by what was at its bottom', () => {
    const refused = new Error('connect ECONNREFUSED ::1:5432');
    const tried = new AggregateError([refused, new Error('connect ECONNREFUSED 127.0.0.1:5432')]);
    expect(reasonOf(tried)).toBe('connect ECONNREFUSED ::1:5432');
    expect(reasonOf(new Error('outer', { cause: refused }))).toBe('connect ECONNREFUSED ::1:5432');
    expect(reasonOf('no error at all')).toBe('no error at all');
  });

  it('is recognised by what node-postgres says without a code', () => {
    expect(mapDatabaseFault(new Error('Connection terminated unexpectedly'))).toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('never shows what the driver said', () => {
    expect(String(mapDatabaseFault(withCode('57P01')))).not.toContain('from the driver');
  });

  it.each([
    withCode('23505'),
    withCode('42501'),
    new Error('other'),
    new AppError('CONFLICT', 'mine'),
    Object.assign(new Error('odd'), { meta: null }),
    'not an error',
  ])('of another kind stays as it is: %s', (error) => {
    expect(mapDatabaseFault(error)).toBe(error);
  });

  it('that holds itself does not hang', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    expect(mapDatabaseFault(loop)).toBe(loop);
  });
});

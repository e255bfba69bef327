import { describe, expect, it } from 'vitest';

import { filterOf, readJobsSearch } from './jobs-search.ts';

const now = Date.parse('2026-05-04T10:00:30.000Z');

describe('the address of the list', () => {
  it('is read without what it cannot mean', () => {
    const read = readJobsSearch({ states: ['FAILED', 'LOST'], since: '2y', order: 'UP', agent: 3 });
    expect(read).toEqual({ states: ['FAILED'] });
    expect(readJobsSearch({ q: 2026 })).toEqual({ q: '2026' });
  });

  it('asks for an id, a key or a label by what is written', () => {
    expect(filterOf({ q: '01a2-28df' }, now)).toEqual({ idPrefix: '01a2-28df' });
    expect(filterOf({ q: 'order-1' }, now)).toEqual({ idempotencyKey: 'order-1' });
    expect(filterOf({ q: 'team=field' }, now)).toEqual({
      labels: [{ key: 'team', value: 'field' }],
    });
    expect(filterOf({ q: '  ' }, now)).toEqual({});
  });

  it('asks for a priority, and for none that there is not', () => {
    expect(readJobsSearch({ priority: 'HIGH' })).toEqual({ priority: 'HIGH' });
    expect(readJobsSearch({ priority: 'HIGHEST' })).toEqual({});
    expect(filterOf({ priority: 'HIGH' }, now)).toEqual({ priorities: ['HIGH'] });
  });

  it('counts a span back from this minute', () => {
    expect(filterOf({ since: '1h' }, now)).toEqual({ createdFrom: '2026-05-04T09:00:00.000Z' });
  });
});

import { describe, expect, it } from 'vitest';

import { createInput, newDraft, timingOf, updateInput } from './draft.ts';

describe('a schedule as it is written', () => {
  const draft = { ...newDraft('a/b', 'Europe/Berlin'), name: 'nightly' };

  it('says one trigger and its clocks, and of lines what they say', () => {
    const written = {
      ...draft,
      exceptDates: '2026-12-24\n\n 2026-12-25 ',
      labels: 'team=field\nurl=a=b',
      onSkippedTime: 'SKIP' as const,
    };
    expect(createInput(written)).toMatchObject({
      name: 'nightly',
      agent: 'a/b',
      cron: '0 6 * * *',
      timeZone: 'Europe/Berlin',
      onSkippedTime: 'SKIP',
      exceptDates: ['2026-12-24', '2026-12-25'],
      labels: [
        { key: 'team', value: 'field' },
        { key: 'url', value: 'a=b' },
      ],
    });
    expect(createInput(written)).not.toHaveProperty('every');
    expect(timingOf({ ...written, trigger: 'every' })).toEqual({
      every: 'PT1H',
      timeZone: 'Europe/Berlin',
      exceptDates: ['2026-12-24', '2026-12-25'],
    });
  });

  it('is sent again only where it was changed', () => {
    expect(updateInput('s', draft, { ...draft, overlap: 'SKIP' })).toEqual({
      id: 's',
      overlap: 'SKIP',
    });
    expect(updateInput('s', draft, { ...draft, trigger: 'every' })).toEqual({
      id: 's',
      every: 'PT1H',
    });
  });
});

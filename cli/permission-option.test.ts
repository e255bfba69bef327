import { expect, it } from 'vitest';

import { typed } from './testing/typed-command.ts';

it.each([
  ['--permissions', ['keys', 'create', '--name', 'k', '--permissions', 'JOBS_SUBMIT,JOBS_REED']],
  ['permission', ['roles', 'create', 'reader', 'JOBS_REED']],
  ['permission', ['roles', 'update', 'r', 'JOBS_REED']],
  ['--where', ['roles', 'create', 'reader', 'JOBS_READ', '--where', 'JOBS_REED:team=a']],
])('an unknown permission is told with what was meant, by %s of %j', async (place, words) => {
  const { fault, operations } = await typed(words);
  expect(fault).toContain(`${place}: there is no JOBS_REED; Did you mean "JOBS_READ"? There are`);
  expect(operations).toEqual([]);
});

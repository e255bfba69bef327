import { z } from 'zod';

import { headerName } from './names.ts';

/** Where a system answers over HTTP. */
export const webAddress = z.string().max(2048).refine(isBaseUrl, {
  message: 'an http or https address without user info, query and fragment',
});

/** Headers that go with a request; their values are templates or texts. */
export const headersSchema = z.record(headerName, z.string().max(4096));

/** A list whose members have names of their own. */
export function namedList<T extends z.ZodType<{ readonly name: string }>>(item: T) {
  return z
    .array(item)
    .min(1)
    .max(500)
    .superRefine((list, context) => {
      const names = list.map(({ name }) => name);
      names.forEach((name, index) => {
        if (names.indexOf(name) === index) return;
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `${name} is declared twice`,
        });
      });
    });
}

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return (
    isHttp && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  );
}

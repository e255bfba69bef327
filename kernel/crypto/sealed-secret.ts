import { z } from 'zod';

import type { SealedSecret } from './keyring.ts';

/** What a keyring has sealed, as it is read back from where it was stored. */
export const sealedSecret = z.object({
  v: z.literal(1),
  kek: z.string(),
  dek: z.string(),
  data: z.string(),
}) satisfies z.ZodType<SealedSecret>;

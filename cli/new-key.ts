import { openKeyFile } from './key-file.ts';
import { printJson } from './json-output.ts';

/** Where a new key goes. */
export interface KeyPlace {
  readonly keyFile?: string;
}

/** What the API answers to whoever makes one. */
interface MadeKey {
  readonly apiKey: { readonly id: string } | null;
  readonly secret: string | null;
}

/** Has a key made by the API and hands it to whoever asked for it. */
export async function handNew(
  { keyFile, json }: KeyPlace & { readonly json?: boolean },
  make: () => Promise<MadeKey>,
): Promise<void> {
  await using file = keyFile === undefined ? undefined : await openKeyFile(keyFile);
  const { apiKey, secret } = await make();
  let place: string | undefined;
  try {
    await file?.write(secret ?? '');
    place = file?.path;
  } finally {
    // Also when its file could not take it: the platform tells it this once.
    const shown = place === undefined ? { secret } : {};
    if (json) printJson({ ...apiKey, ...shown });
    else console.log(`Key ${apiKey?.id ?? ''}\n${whereIs(secret ?? '', place)}`);
  }
}

/** Says where a new key is: in its file, or here. */
export function whereIs(key: string, keyFile: string | undefined): string {
  return keyFile === undefined ? `Shown once: ${key}` : `It is in ${keyFile}.`;
}

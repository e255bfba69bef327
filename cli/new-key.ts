import { writeKeyFile } from './key-file.ts';
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

/** Puts a new key where it was wished, and says where that is. */
export function keeper({ keyFile }: KeyPlace) {
  let key = '';
  const keep = async (made: string): Promise<void> => {
    if (keyFile !== undefined) await writeKeyFile(keyFile, made);
    key = made;
  };
  const tell = (): void => {
    console.log(keyFile === undefined ? `Shown once: ${key}` : `It is in ${keyFile}.`);
  };
  return { keep, tell };
}

/** Hands a key that the API has made to whoever asked for it. */
export async function hand(
  { apiKey, secret }: MadeKey,
  options: KeyPlace & { readonly json?: boolean },
): Promise<void> {
  const { keep, tell } = keeper(options);
  await keep(secret ?? '');
  if (options.json) {
    printJson({ ...apiKey, ...(options.keyFile === undefined ? { secret } : {}) });
    return;
  }
  console.log(`Key ${apiKey?.id ?? ''}`);
  tell();
}

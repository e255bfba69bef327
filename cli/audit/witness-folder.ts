import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { WitnessStore } from '../../sdk/src/verify/index.ts';

/** What a witness keeps, on disk. */
export interface WitnessFolder {
  /** Made when the folder is used first. */
  readonly privateKey: KeyObject;
  readonly store: WitnessStore;
  /** Keeps a note that contradicts what was cosigned, as evidence; answers the file. */
  keepEvidence(note: string): Promise<string>;
}

/** Opens the folder, or makes it. */
export async function openWitnessFolder(folder: string): Promise<WitnessFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const privateKey = await ownKey(join(folder, 'witness.pem'));
  const fileOf = (origin: string): string => join(folder, `${hash(origin)}.note`);
  return {
    privateKey,
    store: {
      read: (origin) => readFileIfThere(fileOf(origin)),
      write: (origin, note) => writeDurably(fileOf(origin), note),
    },
    async keepEvidence(note) {
      const file = join(folder, `evidence-${hash(note)}.note`);
      await writeDurably(file, note);
      return file;
    },
  };
}

async function ownKey(file: string): Promise<KeyObject> {
  const known = await readFileIfThere(file);
  if (known !== undefined) return createPrivateKey(known);
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  return privateKey;
}

async function readFileIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, whenever the machine stops. */
async function writeDurably(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  {
    await using handle = await open(part, 'w', 0o600);
    await handle.writeFile(text);
    await handle.sync();
  }
  await rename(part, file);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

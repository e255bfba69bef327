import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';

const file = z.object({
  /** From the root of the backup, with slashes. */
  path: z.string(),
  bytes: z.int().min(0),
  /** Hexadecimal. */
  sha256: z.string(),
});

const manifest = z.object({
  format: z.literal(1),
  /** When what it holds was so: RFC 3339. */
  at: z.iso.datetime(),
  /** Positions in the log of the database. */
  from: z.string(),
  to: z.string(),
  /** Folders, also empty ones. */
  folders: z.array(z.string()),
  files: z.array(file),
});

/** What a backup consists of; written last, so that one without it is not whole. */
export type Manifest = z.infer<typeof manifest>;
export type BackedUpFile = z.infer<typeof file>;

export const manifestName = 'backup.json';

/** Reads the manifest of a backup; CONFLICT when there is none, or it is not as it was written. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined);
  const fault = text === undefined ? `it has no ${manifestName}` : `its ${manifestName} is damaged`;
  try {
    return manifest.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new AppError('CONFLICT', `${folder} is not a whole backup: ${fault}`, { cause });
  }
}

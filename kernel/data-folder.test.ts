import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { dataFolderFault, makeFolder } from './data-folder.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'operandi-folder-'));
});
afterEach(() => rm(place, { recursive: true }));

/** What it throws when the folder is made. */
function faultOf(path: string): unknown {
  try {
    makeFolder(path);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('a folder', () => {
  it('is made with those above it, for its owner alone, and left as it is where it is there', async () => {
    const path = join(place, 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(place, 'a'))).mode & 0o777).toBe(0o700);
  });

  it('is refused below a file, and where nothing can be made, at once', async () => {
    await writeFile(join(place, 'file'), '');
    await symlink(join(place, 'nowhere'), join(place, 'link'));
    expect(faultOf(join(place, 'file/data'))).toMatchObject({ code: 'ENOTDIR' });
    expect(faultOf(join(place, 'link/data'))).toMatchObject({ code: 'ENOENT' });
  });

  it('that cannot be used is named with the setting; what it is not to blame for stays as it is', () => {
    const cause = Object.assign(new Error('no'), { code: 'EROFS' });
    expect(dataFolderFault('/srv/data', cause)).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        /^the data folder \/srv\/data .*EROFS.*OPERANDI_DATA_DIR/,
      ) as string,
    });
    const other = new Error('another');
    expect(dataFolderFault('/srv/data', other)).toBe(other);
  });
});

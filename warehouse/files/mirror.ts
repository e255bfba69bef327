/** Keeps the files of tenants somewhere else as well, which decides what there is. */
export interface Mirror {
  /** Brings the folder of a tenant in line before anything is read or written there. */
  open(folder: string): Promise<void>;
  /** Takes up files that stand in their places. They count once a state is committed or where they take the place of others. */
  keep(paths: readonly string[]): Promise<void>;
  drop(paths: readonly string[]): Promise<void>;
  dropFolder(folder: string): Promise<void>;
  /** The moment of a copy; throws where another has written since. */
  commit(folder: string, state: string): Promise<void>;
  /** Works on a folder that was opened, and by itself: it is not opened again meanwhile. Others are left alone. */
  whileOpen(folder: string, work: () => Promise<void>): Promise<void>;
  /** Tenants that it has anything of. */
  tenants(): Promise<readonly string[]>;
}

const nothing = () => Promise.resolve();

/** For a warehouse whose folder is all there is. */
export const noMirror: Mirror = {
  ...{ open: nothing, keep: nothing, drop: nothing, dropFolder: nothing, commit: nothing },
  whileOpen: (_folder, work) => work(),
  tenants: () => Promise.resolve([]),
};

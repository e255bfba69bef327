/** Environment variables as the process got them. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

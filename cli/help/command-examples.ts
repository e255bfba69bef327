/** What is typed, by command; each begins behind the command's name. */
export type Examples = Readonly<Record<string, readonly string[]>>;

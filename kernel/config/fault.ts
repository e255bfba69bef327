/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Name of the environment variable. */
  readonly name: string;
  readonly message: string;
}

/** The configuration is not usable; the message lists all faults, never the values of secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.name}: ${fault.message}`);
    super(`the configuration has ${faults.length} fault(s):\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

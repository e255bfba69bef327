/** The package has no types of its own. */
declare module '@modelcontextprotocol/server-everything/dist/server/index.js' {
  export function createServer(): {
    readonly server: { connect(transport: object): Promise<void> };
  };
}

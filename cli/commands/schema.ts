import { Command } from 'commander';

/** `operandi schema definition`: the JSON Schema of a definition, for editors. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('Print what editors and other programs can check documents with.')
    .addCommand(
      new Command('definition')
        .description('JSON Schema of a workflow definition, the calls of this platform included.')
        .action(async () => {
          const { documentSchema } = await import('../../engine/dsl/document-schema.ts');
          console.log(JSON.stringify(documentSchema(), undefined, 2));
        }),
    )
    .addCommand(
      new Command('scenario')
        .description('JSON Schema of a file of scenarios, as `operandi test` plays them.')
        .action(async () => {
          const { scenarioSchema } = await import('../../engine/scenarios/scenario-document.ts');
          console.log(JSON.stringify(scenarioSchema(), undefined, 2));
        }),
    );
}

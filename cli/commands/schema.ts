import { Command } from 'commander';

import { schemaCheckCommand } from './schema-check.ts';

/** `operandi schema`: the JSON Schema of a definition, for editors, and the check of a changed API. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('Print what editors can check documents with, and check a changed GraphQL schema.')
    .addCommand(schemaCheckCommand())
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

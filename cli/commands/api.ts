import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Command } from 'commander';

import { connect, connected, type Connection } from '../connection.ts';
import { readJsonOption, readText } from '../json-option.ts';
import { printJson, printJsonLine } from '../json-output.ts';

type Document = TypedDocumentNode<unknown, Record<string, unknown>>;

interface ApiOptions extends Connection {
  readonly variables: string;
}

/** `operandi api QUERY`: any GraphQL operation, with the address and credential of the other commands. */
export function apiCommand(): Command {
  return connected(new Command('api'))
    .argument('<operation>', 'the GraphQL; @FILE reads a file, - standard input')
    .option('--variables <json>', 'its variables as JSON; @FILE reads a file', '{}')
    .addHelpText(
      'after',
      '\nPrints the data as JSON; of a subscription each answer on a line. Errors go to standard error, and the exit code is 1.',
    )
    .action(async (operation: string, options: ApiOptions) => {
      const { parse, OperationTypeNode } = await import('graphql');
      const document: Document = parse(await readText(operation));
      const variables = await readJsonOption('--variables', options.variables);
      if (!isObject(variables)) throw new Error('--variables has to be a JSON object');
      await using client = connect(options);
      const isSubscription = document.definitions.some(
        (one) => 'operation' in one && one.operation === OperationTypeNode.SUBSCRIPTION,
      );
      if (!isSubscription) {
        printJson(await client.request(document, variables));
        return;
      }
      for await (const data of client.subscribe(document, variables)) printJsonLine(data);
    });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

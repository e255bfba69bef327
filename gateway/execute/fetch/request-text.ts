import type { JsonObject } from '../../../kernel/json.ts';

/** The constant beginning of a request body, up to the first variable. */
export function requestHead(operation: string, operationName: string | undefined): string {
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${JSON.stringify(operation)}${name},"variables":{`;
}

/** The client's variables that a fetch uses, as members of a JSON object; absent ones stay absent. */
export function variableText(usages: readonly string[], variables: JsonObject): string {
  let text = '';
  for (const name of usages) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return text;
}

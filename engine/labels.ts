import { isJsonObject, type JsonValue } from '../kernel/json.ts';

/** Marks of an agent, each a text by its name. */
export type Labels = Readonly<Record<string, string>>;

/** Labels that one thing may have. */
export const maxLabels = 16;
/** Characters of a name and of a value. */
export const maxLabelLength = 63;
export const labelName = /^[a-z0-9][a-z0-9._-]*$/;
export const labelValue = /^\P{Cc}+$/u;

/** Why labels are none, or undefined; `name` says which of them is at fault, if one is. */
export function labelFault(
  labels: JsonValue,
): { readonly message: string; readonly name?: string } | undefined {
  if (!isJsonObject(labels)) return { message: 'labels are an object of texts' };
  const entries = Object.entries(labels);
  if (entries.length > maxLabels)
    return {
      message: `there are ${String(entries.length)} labels, of at most ${String(maxLabels)}`,
    };
  const broken = entries.find(([name, value]) => !isLabel(name, value));
  if (broken === undefined) return undefined;
  const [name] = broken;
  return { message: `${JSON.stringify(name.slice(0, maxLabelLength))} is no label`, name };
}

function isLabel(name: string, value: JsonValue | undefined): boolean {
  const isName = name.length <= maxLabelLength && labelName.test(name);
  return (
    isName && typeof value === 'string' && value.length <= maxLabelLength && labelValue.test(value)
  );
}

/** A definition that greets: its input needs a name, which must not be "Nobody". */
export function greeting(name = 'greet', text = 'Hello'): string {
  return `
document:
  dsl: '1.0.3'
  namespace: tests
  name: ${name}
  version: '1.0.0'
  metadata:
    rules:
      - code: NOBODY
        field: name
        message: Nobody cannot be greeted.
        assert: .name != "Nobody"
      - code: TOO_LONG
        field: name
        message: The name is too long.
        assert: (.name | length) < 20
input:
  schema:
    document:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: { type: string }
        age: { type: integer }
do:
  - greet:
      set:
        text: \${ "${text} " + .name }
`;
}

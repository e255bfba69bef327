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
        path: /name
        message: Nobody cannot be greeted.
        check: .name != "Nobody"
      - code: TOO_LONG
        path: /name
        message: The name is too long.
        check: (.name | length) < 20
    responses:
      text:
        en: Dear {{ recipient.name }}, {{ output }}!
        de: Liebe {{ recipient.name }}, {{ output }}!
      html: <p>{{ output }}</p>
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

/** The content type of server-sent events. */
export const eventStream = 'text/event-stream';

/** The data of server-sent events, in any of the line ends that there are; what has no data is left out. */
export function eventsIn(text: string): readonly string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split('\n\n')
    .map((event) =>
      event
        .split('\n')
        .filter((each) => each.startsWith('data:'))
        .map((each) => each.slice('data:'.length).trimStart())
        .join('\n'),
    )
    .filter((data) => data !== '');
}

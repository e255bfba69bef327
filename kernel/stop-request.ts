/** The reason of the abort when a process is asked to stop. */
export class StopRequest extends Error {
  override readonly name: string = 'StopRequest';
}

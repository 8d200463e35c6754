/** A program that a local server needs is not on this machine. The message is one sentence that says what to install. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}

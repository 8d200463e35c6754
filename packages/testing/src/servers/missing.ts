import { StartError } from '@adempauze/kernel';

/** A program that a local server needs is not on this machine. Its sentence says what to install. */
export class MissingProgramError extends StartError {
  override readonly name = 'MissingProgramError';
}

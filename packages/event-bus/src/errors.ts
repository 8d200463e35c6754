/** A publication broke its own promise: wrong shape, unknown type, sealed personal data. The source halts on it. */
export class PublicationRefusedError extends Error {
  override readonly name = 'PublicationRefusedError';
  readonly eventId: string;
  constructor(eventId: string, reason: string) {
    super(`Event ${eventId} cannot be published: ${reason}`);
    this.eventId = eventId;
  }
}

/** A command that could not be refused was. `code` is the problem code; see `docs/problems.md`. */
export class UnexpectedRejectionError extends Error {
  override readonly name = 'UnexpectedRejectionError';
  readonly code: string;
  constructor(code: string) {
    super(`The answer was no: ${code}.`);
    this.code = code;
  }
}

/** A process asked the same again after it had been answered: its decider does not take the answer in. */
export class ProcessStuckError extends Error {
  override readonly name = 'ProcessStuckError';
  constructor(stream: string, askId: string) {
    super(`Process ${stream} still asks ${askId} after the answer.`);
  }
}

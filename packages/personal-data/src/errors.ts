/** The person was forgotten. Nothing is ever sealed for them again: there is no key, and none will be made. */
export class PersonForgottenError extends Error {
  override readonly name = 'PersonForgottenError';
  /** Opaque. */
  readonly personId: string;
  constructor(personId: string) {
    super('This person was forgotten; nothing can be sealed for them any more.');
    this.personId = personId;
  }
}

/** A sealed value was changed, or moved to another place or person, or its key is not the one it was sealed with. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
  readonly place: string;
  constructor(place: string, options?: ErrorOptions) {
    super(`The sealed value at ${place} does not open: it was changed or moved.`, options);
    this.place = place;
  }
}

/** We are wrong: `seal` needs `prepare` first, and `open` needs `load`, in the same turn of the event loop. */
export class KeyNotLoadedError extends Error {
  override readonly name = 'KeyNotLoadedError';
  constructor(task: 'seal' | 'open') {
    super(`Cannot ${task}: the key of this person was not ${task === 'seal' ? 'prepared' : 'loaded'} first.`);
  }
}

/** Somebody has another key here than there: what is sealed with the one does not open with the other. */
export class DifferentKeyError extends Error {
  override readonly name = 'DifferentKeyError';
  /** Opaque. */
  readonly personId: string;
  constructor(personId: string) {
    super('A person has another key here already; nothing was taken over.');
    this.personId = personId;
  }
}

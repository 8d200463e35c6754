import { euro, type Sentence } from '@adempauze/kernel';

/** Something did not come true: one sentence, in the two languages of the house. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
  readonly sentence: Sentence;
  constructor(sentence: Sentence, options?: ErrorOptions) {
    super(sentence.en, options);
    this.sentence = sentence;
  }
}

/** @throws StoryError with the sentence when the condition does not hold. */
export function holds(condition: boolean, nl: string, en: string): asserts condition {
  if (!condition) throw new StoryError({ nl, en });
}

/** @throws StoryError naming `what`, what was expected and what was found. */
export const equals = (found: unknown, expected: unknown, what: Sentence): void => {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is === should) return;
  throw new StoryError({
    nl: `${what.nl} moest ${should} zijn, maar is ${is}.`,
    en: `${what.en} should have been ${should} and is ${is}.`,
  });
};

/** Amounts in cents, shown in euros. @throws StoryError */
export const costs = (foundCents: number, expectedCents: number, what: Sentence): void => {
  if (foundCents === expectedCents) return;
  throw new StoryError({
    nl: `${what.nl} moest ${euro(expectedCents)} zijn, maar is ${euro(foundCents)}.`,
    en: `${what.en} should have been ${euro(expectedCents, 'en')} and is ${euro(foundCents, 'en')}.`,
  });
};

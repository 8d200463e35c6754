import type { Sentence } from '@adempauze/kernel';
import { StoryError } from './story-error.ts';

/**
 * Looks again until what is found will do: read models and other services follow within moments.
 * @throws StoryError with the sentence and what was found last, when it does not come within `withinMs`.
 */
export const waitUntil = async <T>(
  look: () => Promise<T>,
  willDo: (found: T) => boolean,
  what: Sentence,
  withinMs = 10_000,
): Promise<T> => {
  let found = await look();
  for (let waitedMs = 0, pauseMs = 5; !willDo(found); pauseMs = Math.min(100, pauseMs * 2)) {
    if (waitedMs >= withinMs) {
      const last = JSON.stringify(found)?.slice(0, 400);
      throw new StoryError({
        nl: `${what.nl}: dat gebeurde niet binnen ${withinMs / 1000} seconden. Het laatst gezien: ${last}`,
        en: `${what.en}: that did not happen within ${withinMs / 1000} seconds. Last seen: ${last}`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    waitedMs += pauseMs;
    found = await look();
  }
  return found;
};

import type { Outcome } from '@adempauze/kernel';

/** What sets a scene is answered with a yes. @throws Error when it is not. */
export const must = <V>(outcome: Outcome<V>): V => {
  if (!outcome.accepted)
    throw new Error(`A scene could not be set: ${outcome.rejection.code} ${JSON.stringify(outcome.rejection.facts)}.`);
  return outcome.value;
};

import { UnavailableError } from '@adempauze/kernel';
import type { Faults } from './faults.ts';

/** The same operations over a bad line: refused, slow, or done without an answer. What is no function is left alone. */
export const unreliable = <A extends object>(api: A, faults: Faults): A =>
  new Proxy(api, {
    get(target, name) {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== 'function') return operation;
      return async (...args: unknown[]): Promise<unknown> => {
        if (faults.strikes('callRefused')) throw new UnavailableError('A call was refused on purpose.');
        if (faults.strikes('callSlow')) await faults.slowness();
        const answer: unknown = await Reflect.apply(operation, target, args);
        if (faults.strikes('callUnanswered')) throw new UnavailableError('An answer was lost on purpose.');
        return answer;
      };
    },
  });

import { expect, test } from '@jest/globals';
import { allCommands, notRaced, racedOperations } from './raced-operations.ts';

/* Nobody has to remember the races: a command that is in none of them is named here. */

const advice =
  'Add a shape to a file of commands in packages/scenarios/src/stress (resource-, plan-, lane-, match- or desk-…-commands), or say in `notRaced` why not';

test('every command of every service is in a race, or it is said why not', async () => {
  const raced = await racedOperations();
  const missing = allCommands().filter((it) => !raced.has(it) && !(it in notRaced));
  expect(missing.map((it) => `${it} is raced against nothing. ${advice}.`)).toEqual([]);
  const idle = Object.keys(notRaced).filter((it) => raced.has(it) || !allCommands().includes(it));
  expect(idle.map((it) => `${it} is raced, or is no command any more: nothing has to be said of it.`)).toEqual([]);
}, 60_000);

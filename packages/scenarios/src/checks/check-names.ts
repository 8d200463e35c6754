import type { Evidence } from './evidence.ts';
import { text } from './history.ts';

/**
 * Names stand readable nowhere but behind the door, where everybody else's still are; a forgotten person's nowhere at
 * all.
 */
export const checkNames = ({
  forgotten,
  remembered,
  readable,
  log,
}: Pick<Evidence, 'forgotten' | 'remembered' | 'readable' | 'log'>): string[] => {
  const gone = new Set(forgotten.map(({ name }) => name));
  const inLog = new Set(log.filter(({ type }) => type === 'PersonForgotten').map((fact) => text(fact, 'personId')));
  return [
    ...readable.map(({ where, name }) =>
      gone.has(name) ? `${where} still holds the name of a forgotten person.` : `${where} holds a readable name.`,
    ),
    ...remembered
      .filter(({ name, shown }) => name !== shown)
      .map(({ householdId }) => `The recipient of household ${householdId} was not forgotten and has lost their name.`),
    ...forgotten
      .filter(({ personId }) => !inLog.has(personId))
      .map(({ personId }) => `Person ${personId} was forgotten and the log does not say so.`),
  ];
};

import { expect, test } from '@jest/globals';
import { type GraphQLInputType, getNamedType, isInputObjectType, isInputType } from 'graphql';
import { schema } from './schema.ts';

/* Nobody is asked who pays, from the first signal to the yes (R03, R04; A03, A04, A16). */

const wayToABooking = [
  ...['signalCaregiver', 'takeUpSignal', 'registerHousehold', 'grantMandate', 'noteNetwork', 'nameBackups'],
  ...['requestBooking', 'confirmBooking', 'requestSeries', 'confirmSeries', 'planStay', 'confirmStay', 'sayOutcome'],
  ...['planArrangement', 'confirmArrangement', 'proposeRespite', 'acceptProposal', 'joinWaitingList', 'makeWish'],
  ...['openUrgentCase', 'bookUrgentOption', 'flagPalliative', 'activateBackup', 'rescheduleBooking', 'acceptBooking'],
];
const asksWhoPays = /pay|fund|scheme|municip|insur|budget|law|title|indicat|award/i;

/** All that can be said in an input, by its names from the outside in. */
const fieldsOf = (type: GraphQLInputType, path: string, seen: readonly string[] = []): string[] => {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || seen.includes(named.name)) return [path];
  return Object.values(named.getFields()).flatMap((it) =>
    fieldsOf(it.type, `${path}.${it.name}`, [...seen, named.name]),
  );
};
const inputOf = (mutation: string): string[] => {
  const input = schema
    .getMutationType()
    ?.getFields()
    [mutation]?.args.find(({ name }) => name === 'input')?.type;
  return input !== undefined && isInputType(input) ? fieldsOf(input, mutation) : [];
};

test.each(wayToABooking)('%s asks nothing of who pays', (mutation) => {
  const fields = inputOf(mutation);
  expect(fields).toContain(`${mutation}.idempotencyKey`);
  expect(fields.filter((it) => asksWhoPays.test(it))).toEqual([]);
});

test('where it is asked, this would show', () => {
  const asked = ['registerPolicy', 'openBudget', 'publishScheme'].flatMap(inputOf);
  expect(asked.filter((it) => asksWhoPays.test(it)).length).toBeGreaterThan(5);
});

import { type Bookings, HouseholdId, PersonId, type Place, type RegisterHousehold } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { createHousehold } from './people.ts';
import { context, granted } from './publish.ts';
import type { Random } from './random.ts';
import type { readRegion } from './region.ts';

/** An account of the demonstration as the gateway will know it: the opaque ids that its sign-in gives. */
export type KnownAccount = { readonly accountId: string; readonly personId: PersonId; readonly name: string };
export type AccountOf = (account: 'fatima' | 'jan' | 'els' | 'nora' | 'anke' | 'rijswijk') => KnownAccount;

/** What the rest of the demonstration needs to know of a household. */
export type SeededHousehold = {
  readonly householdId: HouseholdId;
  readonly accountId: string;
  readonly conditions: RegisterHousehold['recipient']['conditions'];
  readonly place: Place;
};

const householdCount = 47;
const id = (...parts: readonly (string | number)[]) => derivedId('demonstration', ...parts);

/** 47 households in the mix of domain.md section 9; three belong to accounts that can sign in, the others to the nurse's. */
export const registerHouseholds = async (
  bookings: Pick<Bookings, 'registerHousehold'>,
  region: ReturnType<typeof readRegion>,
  accountOf: AccountOf,
  thisYear: number,
  random: Random,
): Promise<SeededHousehold[]> => {
  const nora = accountOf('nora');
  const own = [
    {
      account: accountOf('fatima'),
      caregiver: region.town('Rijswijk'),
      recipient: region.town('Delft'),
      relation: 'child',
      conditions: ['frailty'],
    },
    {
      account: accountOf('jan'),
      caregiver: region.town('Lisse'),
      recipient: region.town('Lisse'),
      relation: 'partner',
      conditions: ['dementia'],
    },
    {
      account: accountOf('els'),
      caregiver: region.town('Leiden'),
      recipient: region.town('Leiden'),
      relation: 'parent',
      conditions: ['child-intensive-care'],
    },
  ] as const;
  const commands = Array.from({ length: householdCount }, (_, number): RegisterHousehold => {
    const made = createHousehold(random, thisYear);
    const mine = own[number];
    const place = mine?.recipient ?? random.pick(region.towns);
    const registrant = mine
      ? { accountId: mine.account.accountId, role: 'caregiver' as const }
      : { accountId: nora.accountId, role: 'professional' as const };
    const livesIn = made.relation === 'partner' || random.percent(32);
    return {
      householdId: HouseholdId.parse(id('household', number)),
      caregiver: {
        personId: mine?.account.personId ?? PersonId.parse(id('caregiver', number)),
        ...(mine ? { accountId: mine.account.accountId } : {}),
        name: mine?.account.name ?? made.caregiverName,
        phone: `06-000000${String(number).padStart(2, '0')}`,
        place: mine?.caregiver ?? (livesIn ? place : random.pick(region.towns)),
      },
      recipient: {
        personId: PersonId.parse(id('recipient', number)),
        name: made.recipientName,
        birthYear: mine?.relation === 'parent' ? thisYear - 9 : made.birthYear,
        conditions: mine ? [...mine.conditions] : made.conditions,
        highRiskActs: mine?.relation === 'parent' ? ['tube-feeding'] : [],
        place,
        careProfile: made.careProfile,
      },
      relation: mine?.relation ?? made.relation,
      careHoursPerWeek: made.careHoursPerWeek,
      needProfile: made.needProfile,
      languages: number % 9 === 0 ? ['ar', 'nl'] : ['nl'],
      contactPerson: { accountId: nora.accountId, name: nora.name, organisation: 'Thuiszorg De Vliet' },
      registeredBy: registrant,
    };
  });
  return Promise.all(
    commands.map(async (command) => {
      granted(
        'register a household',
        await bookings.registerHousehold(command, context('household', command.householdId)),
      );
      const { conditions, place } = command.recipient;
      return { householdId: command.householdId, accountId: command.registeredBy.accountId, conditions, place };
    }),
  );
};

import { type Bookings, Forgotten, HouseholdView } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { at, embeddedAccountId, first, firstPage, idOf, type Kit, rijswijk, secrets } from './fake-basics.ts';

const household = (key: string, account: string, mandated: readonly string[]) =>
  HouseholdView.parse({
    householdId: idOf(key),
    caregiver: {
      personId: derivedId('person', embeddedAccountId(account)),
      accountId: embeddedAccountId(account),
      name: secrets.caregiver,
      phone: '06-12345678',
      email: 'iemand@example.nl',
      birthYear: 1960,
      place: rijswijk,
    },
    recipient: {
      personId: idOf(`${key}-recipient`),
      name: secrets.recipient,
      birthYear: 1941,
      conditions: ['dementia'],
      highRiskActs: [],
      traits: ['wandering'],
      place: rijswijk,
      careProfile: secrets.profile,
    },
    relation: 'partner',
    careHoursPerWeek: 40,
    needProfile: secrets.profile,
    languages: ['nl'],
    wishes: { cultures: ['moroccan'], womanPreferred: true, interpreter: true, channel: 'letter' },
    handOver: {
      previous: { accountId: 'een-account', name: secrets.profile, organisation: 'Steunpunt' },
      since: at('2027-01-02T00:00:00Z'),
      announcedAt: at('2027-01-03T00:00:00Z'),
    },
    briefConsent: { given: true, by: embeddedAccountId(account), at: at('2027-01-01T00:00:00Z') },
    contactPerson: { accountId: embeddedAccountId(account), name: secrets.caregiver, organisation: '' },
    mandates: mandated.map((it) => ({
      mandateId: idOf(`${key}-mandate-${it}`),
      accountId: embeddedAccountId(it),
      grantedAt: at('2027-01-01T00:00:00Z'),
    })),
    municipality: '0603',
    registeredAt: at('2027-01-01T00:00:00Z'),
  });

export const householdsWorld = () => ({
  households: [
    household('household', 'caregiver', ['professional']),
    household('other-household', 'other-caregiver', []),
  ],
});

/** The operations of bookings on households. */
export const fakeHouseholds = ({ yes }: Kit, world: ReturnType<typeof householdsWorld>) => {
  const theHousehold = () => first(world.households);

  return {
    registerHousehold: yes('registerHousehold', theHousehold),
    changeCareNeed: yes('changeCareNeed', theHousehold),
    sayBriefConsent: yes('sayBriefConsent', theHousehold),
    announceHandOver: yes('announceHandOver', theHousehold),
    changeContactPerson: yes('changeContactPerson', theHousehold),
    grantMandate: yes('grantMandate', theHousehold),
    withdrawMandate: yes('withdrawMandate', theHousehold),
    forgetPerson: yes('forgetPerson', () =>
      Forgotten.parse({ personId: idOf('person'), cancelledBookings: [], kept: ['invoices'] }),
    ),
    findHousehold: async ({ householdId }) => world.households.find((it) => it.householdId === householdId),
    listHouseholds: async ({ accountId }) =>
      firstPage(
        world.households.filter(
          (it) =>
            it.caregiver.accountId === accountId || it.mandates.some((mandate) => mandate.accountId === accountId),
        ),
      ),
  } satisfies Partial<Bookings>;
};

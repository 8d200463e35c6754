import { type Day, dayOf, daysBetween, instantOn, isDutchHoliday, mondayOf, plusDays } from '@adempauze/kernel';
import { findBooking, registerHousehold } from '../api/care.ts';
import {
  acceptProposal,
  closeSignal,
  listOnBehalf,
  listSignals,
  proposeAgain,
  proposeRespite,
  signalCaregiver,
  takeUpSignal,
  undoOnBehalf,
} from '../api/proposals.ts';
import { findNow, findViewer } from '../api/supply.ts';
import { hours, open, providerOf, publish, yes } from '../cast.ts';
import { moment } from '../moment.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { statusInWords } from './tell.ts';

/** A14: a pupil of 15 cares for her mother. School signals, an adult takes it up, and the pupil signs no payment. */
export const youngCaregiver: Story = {
  id: 'A14',
  title: { nl: 'Een scholier zorgt voor haar moeder', en: 'A pupil cares for her mother' },
  async play(world) {
    const supply = await offers(world);
    const [school, nora, mila] = await Promise.all([world.as('school'), world.as('nora'), world.as('mila')]);
    const now = await nora.ask(findNow, {});
    const pupil = (await mila.ask(findViewer, {})).accountId;
    const nurse = (await nora.ask(findViewer, {})).accountId;
    const contactPerson = { accountId: nurse, name: 'Nora', organisation: 'Wijkteam' };
    const birthYear = Number(dayOf(now).slice(0, 4)) - 15;
    const caregiver = { name: 'Mila', place: 'Rijswijk', birthYear, accountId: pupil };
    const adult = { accountId: nurse, organisation: 'Wijkteam' };
    const signal = { signalId: world.ids.next(), caregiver, source: 'SCHOOL', contactPerson: adult } as const;

    const early = await school.order(signalCaregiver, { ...signal, consents: ['CAREGIVER'] });
    equals(early.accepted ? 'ACCEPTED' : early.rejection.code, 'consent-needed', {
      nl: 'Zonder toestemming van een ouder',
      en: 'Without a parent’s consent',
    });
    const waiting = await world.step(
      'school',
      {
        nl: 'meldt Mila aan, met toestemming van haar en haar vader',
        en: 'signals Mila, with her consent and her father’s',
      },
      async () => {
        const sent = await school.order(signalCaregiver, { ...signal, consents: ['CAREGIVER', 'PARENT'] });
        equals(yes(sent).status, 'SIGNALLED', { nl: 'Het signaal', en: 'The signal' });
        const { signals } = await nora.ask(listSignals, { waitFor: sent.accepted ? sent.position : null });
        return signals.find(({ signalId }) => signalId === signal.signalId);
      },
      (it) => {
        const due = it && moment(it.dueAt);
        return { nl: `Nora heeft tot ${due?.nl}`, en: `Nora has until ${due?.en}` };
      },
    );
    holds(waiting !== undefined && !waiting.overdue, 'Nora ziet het niet.', 'Nora does not see it.');
    const [signalledOn, lastMoment] = [
      dayOf(waiting.signalledAt),
      instantOn(workingDayAfter(dayOf(waiting.signalledAt)), '18:00'),
    ];
    holds(
      dayOf(waiting.dueAt) > signalledOn && waiting.dueAt < lastMoment,
      'Een volwassene neemt niet binnen één werkdag contact op.',
      'No adult is in touch within one working day.',
    );
    equals((await school.ask(listSignals, {})).signals, [], { nl: 'Wat school ervan ziet', en: 'What school sees' });

    const householdId = world.ids.next();
    yes(
      await nora.order(registerHousehold, {
        ...{ householdId, caregiver, relation: 'PARENT', careHoursPerWeek: 14, contactPerson },
        recipient: { name: 'Haar moeder', place: 'Rijswijk', conditions: ['CHRONIC_ILLNESS'] },
        needProfile: 'Na school met vriendinnen.',
      }),
    );
    yes(await nora.order(takeUpSignal, { signalId: signal.signalId, householdId }));
    const seenBySchool = await waitUntil(
      () => school.ask(listSignals, {}),
      ({ sentSignals }) => sentSignals.some((it) => it.signalId === signal.signalId && it.status === 'TAKEN_UP'),
      { nl: 'School ziet: opgepakt', en: 'School sees: taken up' },
    );
    equals(
      seenBySchool.sentSignals.find((it) => it.signalId === signal.signalId),
      { signalId: signal.signalId, status: 'TAKEN_UP' },
      { nl: 'Wat school ziet, en meer niet', en: 'What school sees, and nothing more' },
    );

    const proposalId = world.ids.next();
    const at = { householdId, proposalId };
    const proposed = await world.step(
      'nora',
      { nl: 'stelt een maatje voor, en hulp in huis', en: 'proposes a buddy, and household help' },
      async () => yes(await nora.order(proposeRespite, { ...at, parts: supply })),
      ({ parts }) => ({
        nl: parts.map((it) => `${statusInWords(it.status).nl}, EUR ${(it.ownCostCents ?? 0) / 100}`).join('; '),
        en: parts.map((it) => `${statusInWords(it.status).en}, EUR ${(it.ownCostCents ?? 0) / 100}`).join('; '),
      }),
    );
    equals(
      proposed.parts.map(({ status, ownCostCents }) => [status, (ownCostCents ?? 0) > 0]),
      [
        ['HELD', false],
        ['HELD', true],
      ],
      { nl: 'Het voorstel', en: 'The proposal' },
    );
    const all = await mila.order(acceptProposal, { proposalId });
    equals(all.accepted ? 'ACCEPTED' : all.rejection.code, 'adult-needed', {
      nl: 'Mila tekent voor geen betaling',
      en: 'Mila signs no payment',
    });
    const buddy = await world.step(
      'mila',
      { nl: 'zegt zelf ja tegen het maatje, dat niets kost', en: 'says yes herself to the buddy, which is free' },
      async () => yes(await mila.order(acceptProposal, { proposalId, parts: [0] })),
      () => ({ nl: 'afgesproken', en: 'agreed' }),
    );
    equals(
      buddy.parts.map(({ status }) => status),
      ['ACCEPTED', 'RELEASED'],
      { nl: 'Wat Mila afsprak', en: 'What Mila agreed to' },
    );

    const help = await world.step(
      'nora',
      {
        nl: 'stelt de hulp in huis nog eens voor; vader zegt ja door de telefoon',
        en: 'proposes the household help once more; father says yes by phone',
      },
      async () => {
        yes(await nora.order(proposeAgain, { proposalId }));
        return yes(await nora.order(acceptProposal, { proposalId }));
      },
      ({ answer }) => ({
        nl: answer?.onBehalf ? 'afgesproken, namens Mila' : 'afgesproken',
        en: answer?.onBehalf ? 'agreed, on Mila’s behalf' : 'agreed',
      }),
    );
    equals(
      help.parts.map(({ status }) => status),
      ['ACCEPTED', 'ACCEPTED'],
      { nl: 'Wat er staat', en: 'What stands' },
    );
    const entry = await waitUntil(
      async () => (await mila.ask(listOnBehalf, { household: householdId }))?.doneOnBehalf ?? [],
      (found) => found.some(({ what }) => what === 'PROPOSAL_ACCEPTED'),
      { nl: 'Mila ziet wat voor haar is gedaan', en: 'Mila sees what was done for her' },
    ).then((found) => found.find(({ what }) => what === 'PROPOSAL_ACCEPTED'));
    holds(entry?.undoable === true && entry.by === nurse, 'Dat klopt niet.', 'That is not right.');
    const [buddyPart, helpPart] = help.parts;
    await world.step(
      'mila',
      { nl: 'wil dat toch niet, en draait het terug', en: 'does not want that after all, and takes it back' },
      async () => yes(await mila.order(undoOnBehalf, { householdId, entryId: entry.entryId })),
      ({ undone }) => ({ nl: `teruggedraaid door Mila`, en: `taken back by ${undone?.by === pupil ? 'Mila' : '?'}` }),
    );
    const statusOf = async (id: string | null | undefined) => (await nora.ask(findBooking, { id: id ?? '' }))?.status;
    equals([await statusOf(buddyPart?.bookingId), await statusOf(helpPart?.bookingId)], ['CONFIRMED', 'CANCELLED'], {
      nl: 'Het maatje en de hulp',
      en: 'The buddy and the help',
    });
    yes(await nora.order(closeSignal, { signalId: signal.signalId, reason: 'HELPED' }));
  },
};

const workingDayAfter = (day: Day): Day => {
  const next = plusDays(day, 1);
  return daysBetween(mondayOf(next), next) < 5 && !isDutchHoliday(next) ? next : workingDayAfter(next);
};

/** A buddy, free, and household help at the family's own cost, both next Tuesday. */
const offers = async (world: World) => {
  const [carla, saskia] = await Promise.all([providerOf(world, 'carla'), providerOf(world, 'bij-saskia')]);
  const tuesday = plusDays(mondayOf(dayOf(await carla.ask(findNow, {}))), 15);
  const part = async (session: typeof carla, offer: Parameters<typeof publish>[2], from: string) => {
    const offerId = await publish(world, session, offer);
    const resourceId = await open(world, session, [offerId], [hours(tuesday, '09:00', 9)]);
    const span = hours(tuesday, from, 2);
    return { kind: 'BOOKING', offerId, resourceId, placeOfService: 'RECIPIENT_HOME', span } as const;
  };
  return [
    await part(
      carla,
      { form: 'F21', title: 'Een maatje', place: 'Delft', priceCents: 0, vat: 'OUTSIDE', bearer: 'GUARANTEE' },
      '15:00',
    ),
    await part(
      saskia,
      { form: 'F19', title: 'Hulp in huis', place: 'Rijswijk', priceCents: 25_00, bearer: 'OWN' },
      '10:00',
    ),
  ];
};

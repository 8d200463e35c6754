import type { BookingView, HouseholdView, MessageKind, MessageView } from '@adempauze/contracts';
import { dayOf, type Instant } from '@adempauze/kernel';

/*
 * Words for the people themselves: B1, short sentences, u-form. A letter says what there is to know; what is spoken could
 * be overheard, and says only that there is an appointment (R51).
 */

type Words = { readonly nl: string; readonly en: string };
type Lines = { readonly nl: readonly string[]; readonly en: readonly string[] };

/** What is said of a booking in this state; undefined: nothing, it is still being chosen, or it is over. */
export const kindOf = ({ status }: Pick<BookingView, 'status'>): MessageKind | undefined => {
  switch (status) {
    case 'awaiting-acceptance':
    case 'awaiting-helper':
      return 'booking-asked';
    case 'confirmed':
      return 'booking-agreed';
    case 'reserved':
      return 'booking-kept';
    case 'cancelled':
      return 'booking-ended';
    case 'declined':
      return 'booking-not-found';
    default:
      return undefined;
  }
};

const said: Readonly<Record<Exclude<MessageKind, 'hand-over'>, Words>> = {
  'booking-asked': {
    nl: 'Wij hebben uw vraag doorgegeven. U hoort van ons.',
    en: 'We have passed on your question. You will hear from us.',
  },
  'booking-agreed': { nl: 'Uw afspraak staat vast.', en: 'Your appointment is confirmed.' },
  'booking-kept': {
    nl: 'Uw afspraak is vastgelegd. Hij gaat door als het wennen goed gaat.',
    en: 'Your appointment is kept. It goes on if getting used to it goes well.',
  },
  'booking-ended': { nl: 'Uw afspraak gaat niet door.', en: 'Your appointment is cancelled.' },
  'booking-not-found': {
    nl: 'Uw afspraak kan niet doorgaan. Wij zoeken samen met u verder.',
    en: 'Your appointment cannot go on. We will look further together with you.',
  },
};

const amsterdam = { timeZone: 'Europe/Amsterdam' } as const;
const dayFormats = {
  nl: new Intl.DateTimeFormat('nl-NL', { ...amsterdam, weekday: 'long', day: 'numeric', month: 'long' }),
  en: new Intl.DateTimeFormat('en-GB', { ...amsterdam, weekday: 'long', day: 'numeric', month: 'long' }),
};
const timeFormat = new Intl.DateTimeFormat('nl-NL', {
  ...amsterdam,
  hour: 'numeric',
  minute: '2-digit',
  hour12: false,
});
const dayText = (at: Instant): Words => {
  const date = new Date(at);
  return { nl: dayFormats.nl.format(date), en: dayFormats.en.format(date).replace(',', '') };
};
const timeText = (at: Instant): string => timeFormat.format(new Date(at));

/** When it is: a day with its times, or from one day to another. */
export const whenText = ({ from, until }: BookingView['span']): Words => {
  const [begin, end] = [dayText(from), dayText(until)];
  const [start, stop] = [timeText(from), timeText(until)];
  return dayOf(from) === dayOf(until)
    ? {
        nl: `Het is op ${begin.nl}, van ${start} uur tot ${stop} uur.`,
        en: `It is on ${begin.en}, from ${start} to ${stop}.`,
      }
    : {
        nl: `Het is van ${begin.nl}, ${start} uur, tot ${end.nl}, ${stop} uur.`,
        en: `It is from ${begin.en}, ${start}, to ${end.en}, ${stop}.`,
      };
};

const whereText = (placeOfService: BookingView['placeOfService'], provider: string): Words => {
  switch (placeOfService) {
    case 'caregiver-home':
      return { nl: `Iemand van ${provider} komt bij u thuis.`, en: `Somebody of ${provider} comes to your home.` };
    case 'recipient-home':
      return {
        nl: `Iemand van ${provider} komt bij uw naaste thuis.`,
        en: `Somebody of ${provider} comes to the home of the person you care for.`,
      };
    case 'provider':
      return { nl: `Het is bij ${provider}.`, en: `It is at ${provider}.` };
  }
};

const euros = (cents: number): string => `€ ${(cents / 100).toFixed(2).replace('.', ',')}`;
const costText = (cents: number): Words =>
  cents === 0
    ? { nl: 'U betaalt zelf niets.', en: 'You pay nothing yourself.' }
    : { nl: `U betaalt zelf hoogstens ${euros(cents)}.`, en: `You pay at most ${euros(cents)} yourself.` };

const callText = (contact: string): Words => ({
  nl: `Hebt u een vraag? Bel dan ${contact}.`,
  en: `Do you have a question? Please call ${contact}.`,
});

const letterOf = (name: string, contact: string, lines: Lines): Words => ({
  nl: [`Beste ${name},`, '', ...lines.nl, '', 'Met vriendelijke groet,', contact].join('\n'),
  en: [`Dear ${name},`, '', ...lines.en, '', 'Kind regards,', contact].join('\n'),
});
const linesOf = (words: readonly Words[]): Lines => ({
  nl: words.map(({ nl }) => nl),
  en: words.map(({ en }) => en),
});
const spokenOf = (name: string, words: readonly Words[]): Words => ({
  nl: [`Dag ${name}.`, ...words.map(({ nl }) => nl)].join(' '),
  en: [`Hello ${name}.`, ...words.map(({ en }) => en)].join(' '),
});

/** Who writes, and is called; the organisation where it has no name to give. */
const contactOf = ({ contactPerson: { name, organisation } }: Pick<HouseholdView, 'contactPerson'>): string =>
  [name, organisation].filter((it) => it !== null && it !== '').join(', ');

type Addressed = Pick<HouseholdView, 'caregiver' | 'contactPerson' | 'wishes'>;

/** What to say of a booking; undefined when there is nothing to say, or nobody to say it to. */
export const bookingMessage = (
  booking: Pick<BookingView, 'bookingId' | 'status' | 'span' | 'placeOfService' | 'quote'>,
  household: Addressed,
  providerName: string,
): MessageView | undefined => {
  const { name } = household.caregiver;
  const kind = kindOf(booking);
  if (name === null || kind === undefined || kind === 'hand-over') return undefined;
  const contact = contactOf(household);
  const [what, when, call] = [said[kind], whenText(booking.span), callText(contact)];
  const isComing = kind === 'booking-agreed' || kind === 'booking-kept';
  const more = isComing ? [whereText(booking.placeOfService, providerName), costText(booking.quote.ownCostCents)] : [];
  return {
    ...{ kind, bookingId: booking.bookingId, channel: household.wishes?.channel ?? 'digital' },
    letter: letterOf(name, contact, linesOf([what, when, ...more, call])),
    spoken: spokenOf(name, [what, when, call]),
  };
};

/** That somebody else is the contact person now, until the caregiver was told (R25). */
export const handOverMessage = (household: Addressed & Pick<HouseholdView, 'handOver'>): MessageView | undefined => {
  const { handOver, caregiver, wishes } = household;
  if (handOver === null || handOver.announcedAt !== null || caregiver.name === null) return undefined;
  const contact = contactOf(household);
  const before = handOver.previous.name ?? handOver.previous.organisation;
  const words = [
    {
      nl: `Uw vaste aanspreekpunt is nu ${contact}. Dat was ${before}.`,
      en: `Your contact person is now ${contact}. It was ${before}.`,
    },
    { nl: 'U hoeft niets opnieuw te vertellen.', en: 'You do not have to tell anything again.' },
    callText(contact),
  ];
  return {
    ...{ kind: 'hand-over', bookingId: null, channel: wishes?.channel ?? 'digital' },
    letter: letterOf(caregiver.name, contact, linesOf(words)),
    spoken: spokenOf(caregiver.name, words),
  };
};

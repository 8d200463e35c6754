import { createEventCodec, type EventCodec } from '@adempauze/event-store';
import type { Vault } from '@adempauze/kernel';
import { BookingEvent } from './booking/booking.events.ts';
import { HouseholdEvent } from './household/household.events.ts';
import { PersonEvent } from './person/person.events.ts';

/** How the events of each category of ours are stored and read; nothing has an older shape yet. */
export const createCodecs = (
  vault: Vault,
): {
  household: EventCodec<HouseholdEvent>;
  person: EventCodec<PersonEvent>;
  booking: EventCodec<BookingEvent>;
} => ({
  household: createEventCodec({ schema: HouseholdEvent, vault }),
  person: createEventCodec({ schema: PersonEvent }),
  booking: createEventCodec({ schema: BookingEvent, vault }),
});

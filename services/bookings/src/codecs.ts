import { createEventCodec, type EventCodec } from '@adempauze/event-store';
import type { Vault } from '@adempauze/kernel';
import { BookingEvent } from './booking/booking.events.ts';
import { HouseholdEvent } from './household/household.events.ts';
import { PersonEvent } from './person/person.events.ts';
import { SeriesEvent } from './series/series.events.ts';
import { StayEvent } from './stay/stay.events.ts';
import { TaskEvent } from './task/task.events.ts';
import { WaitingEvent } from './waiting/waiting.events.ts';

export type Codecs = ReturnType<typeof createCodecs>;

/** How the events of each category of ours are stored and read; nothing has an older shape yet. */
export const createCodecs = (
  vault: Vault,
): {
  household: EventCodec<HouseholdEvent>;
  person: EventCodec<PersonEvent>;
  booking: EventCodec<BookingEvent>;
  series: EventCodec<SeriesEvent>;
  stay: EventCodec<StayEvent>;
  task: EventCodec<TaskEvent>;
  waiting: EventCodec<WaitingEvent>;
} => ({
  household: createEventCodec({ schema: HouseholdEvent, vault }),
  person: createEventCodec({ schema: PersonEvent }),
  booking: createEventCodec({ schema: BookingEvent, vault }),
  series: createEventCodec({ schema: SeriesEvent, vault }),
  stay: createEventCodec({ schema: StayEvent, vault }),
  task: createEventCodec({ schema: TaskEvent }),
  waiting: createEventCodec({ schema: WaitingEvent }),
});

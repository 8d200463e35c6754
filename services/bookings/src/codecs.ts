import { createEventCodec, type EventCodec } from '@adempauze/event-store';
import type { Vault } from '@adempauze/kernel';
import { ArrangementEvent } from './arrangement/arrangement.events.ts';
import { ActivationEvent, BackupEvent } from './backup/backup.events.ts';
import { BookingEvent } from './booking/booking.events.ts';
import { EndingEvent } from './ending/ending.events.ts';
import { HouseholdEvent } from './household/household.events.ts';
import { UndoEvent } from './on-behalf/undo.events.ts';
import { PalliativeEvent } from './palliative/palliative.events.ts';
import { PersonEvent } from './person/person.events.ts';
import { ProposalEvent } from './proposal/proposal.events.ts';
import { SeriesEvent } from './series/series.events.ts';
import { SignalEvent } from './signal/signal.events.ts';
import { StayEvent } from './stay/stay.events.ts';
import { TaskEvent } from './task/task.events.ts';
import { ActLimitsEvent, TaskAgreementEvent } from './task-agreement/task-agreement.events.ts';
import { SearchEvent } from './unmet-demand/search.events.ts';
import { UrgentEvent } from './urgent/urgent.events.ts';
import { WaitingEvent } from './waiting/waiting.events.ts';
import { WishEvent } from './wish/wish.events.ts';

export type Codecs = ReturnType<typeof createCodecs>;

/** How the events of each category of ours are stored and read; nothing has an older shape yet. */
export const createCodecs = (
  vault: Vault,
): {
  household: EventCodec<HouseholdEvent>;
  agreement: EventCodec<TaskAgreementEvent>;
  limits: EventCodec<ActLimitsEvent>;
  person: EventCodec<PersonEvent>;
  booking: EventCodec<BookingEvent>;
  arrangement: EventCodec<ArrangementEvent>;
  backup: EventCodec<BackupEvent>;
  activation: EventCodec<ActivationEvent>;
  proposal: EventCodec<ProposalEvent>;
  undo: EventCodec<UndoEvent>;
  signal: EventCodec<SignalEvent>;
  series: EventCodec<SeriesEvent>;
  stay: EventCodec<StayEvent>;
  task: EventCodec<TaskEvent>;
  waiting: EventCodec<WaitingEvent>;
  wish: EventCodec<WishEvent>;
  search: EventCodec<SearchEvent>;
  urgent: EventCodec<UrgentEvent>;
  fastlane: EventCodec<PalliativeEvent>;
  ending: EventCodec<EndingEvent>;
} => ({
  household: createEventCodec({ schema: HouseholdEvent, vault }),
  agreement: createEventCodec({ schema: TaskAgreementEvent, vault }),
  limits: createEventCodec({ schema: ActLimitsEvent }),
  person: createEventCodec({ schema: PersonEvent }),
  booking: createEventCodec({ schema: BookingEvent, vault }),
  arrangement: createEventCodec({ schema: ArrangementEvent, vault }),
  backup: createEventCodec({ schema: BackupEvent }),
  activation: createEventCodec({ schema: ActivationEvent }),
  proposal: createEventCodec({ schema: ProposalEvent, vault }),
  undo: createEventCodec({ schema: UndoEvent }),
  signal: createEventCodec({ schema: SignalEvent, vault }),
  series: createEventCodec({ schema: SeriesEvent, vault }),
  stay: createEventCodec({ schema: StayEvent, vault }),
  task: createEventCodec({ schema: TaskEvent }),
  waiting: createEventCodec({ schema: WaitingEvent }),
  wish: createEventCodec({ schema: WishEvent }),
  search: createEventCodec({ schema: SearchEvent }),
  urgent: createEventCodec({ schema: UrgentEvent, vault }),
  fastlane: createEventCodec({ schema: PalliativeEvent, vault }),
  ending: createEventCodec({ schema: EndingEvent }),
});

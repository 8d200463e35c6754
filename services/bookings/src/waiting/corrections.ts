import type { EventStore, ReadModel, SourceEvent } from '@adempauze/event-store';
import { fold, isRedacted, UnavailableError } from '@adempauze/kernel';
import type { Codecs } from '../codecs.ts';
import { sameContent } from '../household/care-need.rules.ts';
import { type HouseholdState, householdDecider } from '../household/household.decider.ts';

const waitMs = 2000;

/** What offers ask of a household: what the care needs, and where the two live. Undefined of somebody who was forgotten. */
const askedOf = (state: HouseholdState) => {
  if (state === undefined) return undefined;
  const [caregiver, recipient] = [state.registered.caregiver.profile, state.registered.recipient.profile];
  if (isRedacted(caregiver) || isRedacted(recipient)) return undefined;
  const { conditions, highRiskActs, traits = [], place } = recipient;
  const needs = [conditions, highRiskActs, traits].map((it) => it.toSorted());
  return { needs, points: [place.point, caregiver.place.point] };
};

/**
 * Whether a correction can change an answer of offers: a telephone number or the hours of care cannot, and cost nobody a look.
 * That is read from the household's own history, so that nothing of what was corrected is written in the clear. Answered
 * when the lists of who waits where are as far as the correction.
 * @throws UnavailableError when they are behind: it comes again.
 */
export const createCorrections =
  ({
    store,
    codecs,
    readModel,
  }: {
    readonly store: Pick<EventStore, 'read'>;
    readonly codecs: Pick<Codecs, 'household'>;
    readonly readModel: Pick<ReadModel, 'waitFor'>;
  }) =>
  async ({ stream, revision, position, data }: SourceEvent): Promise<boolean> => {
    if (data.caregiver === undefined && data.recipient === undefined) return false;
    const { events } = await store.read(stream, { maxCount: revision + 1 });
    const history = await codecs.household.decode(events);
    const before = askedOf(fold(householdDecider, history.slice(0, -1)));
    const after = askedOf(fold(householdDecider, history));
    if (before === undefined || after === undefined || sameContent(before, after)) return false;
    if (!(await readModel.waitFor(position, waitMs))) throw new UnavailableError('The lists are behind.');
    return true;
  };
export type Corrections = ReturnType<typeof createCorrections>;

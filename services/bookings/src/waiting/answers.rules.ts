import type { WaitingId } from '@adempauze/contracts';
import type { Entry, Place } from './order.rules.ts';
import type { WaitingData } from './waiting.events.ts';

/* What a list remembers of the answers to what it offered, so that nobody is asked the same for ever. */

/** Times that somebody was offered that are remembered. */
const keptTimes = 100;
/** Of noes more: nobody chose them, and there can be one for each day of a year that is published. */
const keptRefusals = 400;

/** What they let pass is not offered again, nor what they were refused until that may be otherwise. */
export const timePassed = (
  { had, missed, refused }: Entry,
  { why, passedAt, mayPass }: WaitingData<'OfferPassed'>,
  { span, offers }: Pick<Place, 'span' | 'offers'>,
): Partial<Entry> => {
  // It is asked again at once.
  if (why === 'refused' && offers.at(-1)?.overtaken) return {};
  if (why === 'refused')
    return { refused: [...refused.slice(1 - keptRefusals), { span, at: passedAt, mayPass: mayPass === true }] };
  if (why === 'elsewhere') return { missed: [...missed.slice(1 - keptTimes), span] };
  return { had: [...had.slice(1 - keptTimes), span] };
};

/** Their time to answer was over before they could be asked: no answer of theirs, nor of offers. */
export const wasNeverAsked = (
  { offers }: Pick<Place, 'offers'>,
  { mayPass, passedAt }: WaitingData<'OfferPassed'>,
): { readonly overtaken?: true } => {
  const last = offers.at(-1);
  return mayPass === true && last !== undefined && last.data.until <= passedAt ? { overtaken: true } : {};
};

/** A place that somebody else had already was not refused for a reason of their own. */
export const forgetRefused = (entries: Map<string, Entry>, place: Place | undefined): void => {
  const last = place?.offers.at(-1);
  const entry = last && entries.get(last.data.waitingId);
  if (entry === undefined || last?.outcome !== 'refused' || last.overtaken) return;
  entries.set(entry.waitingId, { ...entry, refused: entry.refused.slice(0, -1) });
};

const isLasting = ({ mayPass }: Entry['refused'][number]): boolean => !mayPass;
const isMeant = ({ waitingId }: { readonly waitingId: WaitingId }, only: WaitingId | undefined): boolean =>
  only === undefined || only === waitingId;
const isUnanswered = ({ stage, outcome }: Place['offers'][number]): boolean =>
  stage === 'asked' && outcome === 'offered';

/**
 * Whether a no may be a yes by now: one that was heard, or one that is on its way. Of one household that waits, always: said
 * once, it is known when it comes again, and does not lift what was heard in between.
 */
export const mayLift = (
  entries: ReadonlyMap<string, Entry>,
  places: ReadonlyMap<string, Place>,
  only: WaitingId | undefined,
): boolean =>
  (only !== undefined && entries.get(only)?.status === 'waiting') ||
  [...entries.values()].some((it) => it.status === 'waiting' && isMeant(it, only) && it.refused.some(isLasting)) ||
  [...places.values()].some(({ offers }) =>
    offers.some((it) => isUnanswered(it) && isMeant(it.data, only) && !it.overtaken),
  );

/** As it is after that: only what may pass by itself is still remembered of what was refused. */
export const lifted = (
  entries: ReadonlyMap<string, Entry>,
  places: ReadonlyMap<string, Place>,
  only: WaitingId | undefined,
) => ({
  entries: new Map(
    [...entries].map(([id, it]) => {
      const refused = isMeant(it, only) ? it.refused.filter((no) => !isLasting(no)) : it.refused;
      return [id, { ...it, refused }] as const;
    }),
  ),
  places: new Map(
    [...places].map(([id, { offers, ...place }]) => {
      const known = offers.map((it) =>
        isUnanswered(it) && isMeant(it.data, only) ? { ...it, overtaken: true as const } : it,
      );
      return [id, { ...place, offers: known }] as const;
    }),
  ),
});

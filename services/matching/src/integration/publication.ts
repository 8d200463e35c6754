import type { IntegrationEventOf } from '@adempauze/contracts';
import type { Draft, Publication } from '@adempauze/event-bus';
import { isMatchEvent } from '../match/match.codec.ts';
import { matchCategory } from '../match/match.events.ts';

type Said = IntegrationEventOf<'matching.helper-matched.v1' | 'matching.match-closed.v1'>;

const about = ({ type, data }: Said): Draft => ({ type, subject: data.matchId, data });

/** What others hear: a helper will come, or nobody was found. Who was asked and said no stays here (R39). */
export const matchingPublication: Publication = {
  service: 'matching',
  categories: [matchCategory],
  publish(event) {
    if (!isMatchEvent(event)) return undefined;
    switch (event.type) {
      case 'HelperMatched': {
        const { matchId, bookingId, helperId } = event.data;
        return about({ type: 'matching.helper-matched.v1', data: { matchId, bookingId, helperId } });
      }
      case 'MatchClosed': {
        const { matchId, bookingId } = event.data;
        return about({ type: 'matching.match-closed.v1', data: { matchId, bookingId } });
      }
      default:
        return undefined;
    }
  },
};

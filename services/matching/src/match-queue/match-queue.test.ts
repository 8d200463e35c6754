import { type MatchView, PageRequest } from '@adempauze/contracts';
import { plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { at, helperIdOf, matchIdOf, organisationId, requestNamed } from '../examples.fixtures.ts';
import type { MatchEvent } from '../match/match.events.ts';
import { matchStream } from '../match/match.events.ts';
import { projected, recorded } from '../projection.fixtures.ts';
import { listAskedOf, listDueMatches, listMatches, listProposedTo, matchQueueProjection } from './match-queue.ts';

const now = at('2027-02-22T10:00:00Z');
const wim = helperIdOf('Wim');
const noor = helperIdOf('Noor');
const matchId = matchIdOf('a');
const { bookingId, bookingAnswerBy, ...request } = requestNamed('a');
const answerBy = at('2027-02-24T10:00:00Z');
const all = PageRequest.parse({});

const opened: MatchEvent = {
  type: 'MatchOpened',
  data: { ...request, bookingId, bookingAnswerBy, languages: ['nl'], span: { ...request.span }, openedAt: now },
};
const proposed = (helperId = wim, proposal = 1): MatchEvent => ({
  type: 'HelperProposed',
  data: { matchId, helperId, proposal, answerBy, proposedAt: now },
});
const refused = (helperId = wim, proposal = 1): MatchEvent => ({
  type: 'ProposalRefused',
  data: { matchId, helperId, proposal, refusedAt: now },
});
const matched: MatchEvent = {
  type: 'HelperMatched',
  data: { matchId, helperId: wim, proposal: 1, bookingId, matchedAt: now },
};

const after = (...events: MatchEvent[]) =>
  projected(
    matchQueueProjection,
    events.map((event, revision) => recorded(matchStream(matchId), revision, event)),
  );
const rowAfter = (...events: MatchEvent[]) =>
  listMatches(after(...events), { organisationId, status: undefined, page: all }).items.map(({ item }) => item);

test('every event of a match, each applied twice', () => {
  const open = {
    ...request,
    bookingId,
    languages: ['nl'],
    status: 'open',
    helperId: null,
    answerBy: null,
    refusedBy: [],
    revision: 0,
  };
  expect(rowAfter(opened)).toEqual([open]);
  expect(rowAfter(opened, proposed())).toEqual([{ ...open, status: 'proposed', helperId: wim, answerBy, revision: 1 }]);
  expect(rowAfter(opened, proposed(), refused())).toEqual([{ ...open, refusedBy: [wim], revision: 2 }]);
  expect(rowAfter(opened, proposed(noor), refused(noor), proposed(wim, 2), refused(wim, 2))[0]?.refusedBy).toEqual([
    noor,
    wim,
  ]);
  const lapsed: MatchEvent = {
    type: 'ProposalLapsed',
    data: { matchId, helperId: wim, proposal: 1, reason: 'answer-too-late', facts: {}, lapsedAt: answerBy },
  };
  expect(rowAfter(opened, proposed(), lapsed)).toEqual([{ ...open, revision: 2 }]);
  expect(rowAfter(opened, proposed(), matched)).toEqual([{ ...open, status: 'matched', helperId: wim, revision: 2 }]);
  const closed: MatchEvent = {
    type: 'MatchClosed',
    data: { matchId, bookingId, reason: 'nobody-found', closedAt: now },
  };
  expect(rowAfter(opened, proposed(), closed)).toEqual([{ ...open, status: 'closed', revision: 2 }]);
  const cancelled: MatchEvent = {
    type: 'MatchCancelled',
    data: { matchId, bookingId, helperId: wim, cancelledAt: now },
  };
  expect(rowAfter(opened, proposed(), matched, cancelled)).toEqual([{ ...open, status: 'cancelled', revision: 3 }]);
});

test('the deadline is that of the helper, else that of the booking, and none once it is decided', () => {
  expect(listDueMatches(after(opened), answerBy, 9)).toEqual([]);
  expect(listDueMatches(after(opened), bookingAnswerBy, 9)).toEqual([matchId]);
  expect(listDueMatches(after(opened, proposed()), plusMs(answerBy, -1), 9)).toEqual([]);
  expect(listDueMatches(after(opened, proposed()), answerBy, 9)).toEqual([matchId]);
  expect(listDueMatches(after(opened, proposed(), refused()), answerBy, 9)).toEqual([]);
  expect(listDueMatches(after(opened, proposed(), matched), bookingAnswerBy, 9)).toEqual([]);
});

test('open questions of one helper', () => {
  expect(listProposedTo(after(opened, proposed()), wim)).toEqual([matchId]);
  expect(listProposedTo(after(opened, proposed()), noor)).toEqual([]);
  expect(listProposedTo(after(opened, proposed(), matched), wim)).toEqual([]);
});

test('oldest first, page by page, and only the statuses asked for', () => {
  const names = ['d', 'a', 'c', 'b', 'e'];
  const events = names.flatMap((name, hour) => {
    const data = requestNamed(name, { requestedAt: plusMs(now, hour * 3_600_000) });
    const { matchId } = data;
    const open = { type: 'MatchOpened', data: { ...data, openedAt: now } };
    const ask = { type: 'HelperProposed', data: { matchId, helperId: wim, proposal: 1, answerBy, proposedAt: now } };
    return [recorded(matchStream(matchId), 0, open), ...(name === 'c' ? [recorded(matchStream(matchId), 1, ask)] : [])];
  });
  const db = projected(matchQueueProjection, events);
  const read = (status?: MatchView['status'][]) => {
    const found: string[] = [];
    for (let page = PageRequest.parse({ first: 2 }), hasMore = true; hasMore; ) {
      const list = listMatches(db, { organisationId, status, page });
      found.push(...list.items.map(({ item }) => names.find((name) => matchIdOf(name) === item.matchId) ?? ''));
      const last = list.items.at(-1);
      hasMore = list.hasMore;
      if (last) page = { first: 2, after: last.cursor };
    }
    return found.join('');
  };
  expect(read()).toBe('dacbe');
  expect(read(['open'])).toBe('dabe');
  expect(read(['proposed', 'matched'])).toBe('c');
  expect(read(['proposed', 'open', 'open'])).toBe('dacbe');
  expect(read([])).toBe('dacbe');
  const page = { first: 2, after: 'bm9uc2Vuc2U' };
  expect(listMatches(db, { organisationId, status: undefined, page })).toEqual({ items: [], hasMore: false });
});

test('while the family’s word is awaited that shows, and its own deadline counts (R51)', () => {
  const shown: MatchEvent = {
    type: 'HelperProposed',
    data: { matchId, helperId: wim, proposal: 1, awaits: 'family', answerBy, proposedAt: now },
  };
  const later = plusMs(answerBy, 3_600_000);
  const approved: MatchEvent = {
    type: 'HelperApproved',
    data: { matchId, helperId: wim, proposal: 1, answerBy: later, approvedAt: now },
  };
  const notWanted: MatchEvent = { type: 'HelperNotWanted', data: { matchId, helperId: wim, proposal: 1, saidAt: now } };
  expect(rowAfter(opened, shown)).toMatchObject([{ status: 'proposed', helperId: wim, awaits: 'family', answerBy }]);
  expect(listAskedOf(after(opened, shown), wim)).toEqual([]);
  const { organisationId: by, form, span } = request;
  expect(listAskedOf(after(opened, shown, approved), wim)).toEqual([{ bookingId, organisationId: by, form, span }]);
  expect(listAskedOf(after(opened, shown, approved), noor)).toEqual([]);
  expect(listAskedOf(after(opened, proposed(), refused()), wim)).toEqual([]);
  expect(listAskedOf(after(opened, proposed(), matched), wim)).toEqual([]);
  const [asked] = rowAfter(opened, shown, approved);
  expect(asked).toMatchObject({ status: 'proposed', helperId: wim, answerBy: later, revision: 2 });
  expect(asked).not.toHaveProperty('awaits');
  const [open] = rowAfter(opened, shown, notWanted);
  expect(open).toMatchObject({ status: 'open', helperId: null, refusedBy: [] });
  expect(open).not.toHaveProperty('awaits');
});

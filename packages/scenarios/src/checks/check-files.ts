import { type Fact, object, objects, ofCategory, text } from './history.ts';

/** Says what is wrong about one stream, event by event. */
type Reader = (say: (sentence: string) => void) => (event: Fact) => void;

const read = (log: readonly Fact[], category: string, reader: Reader): string[] =>
  ofCategory(log, category).flatMap(([stream, events]) => {
    const violations: string[] = [];
    let at = '';
    const take = reader((sentence) => violations.push(`${stream} at ${at}: ${sentence}`));
    for (const event of events) {
      at = event.position;
      take(event);
    }
    return violations;
  });

/** One contact person at every moment, told of once; a mandate is given once and taken back once. */
const household: Reader = (say) => {
  let contact = '';
  let announced: boolean | undefined;
  const given = new Set<string>();
  const ended = new Set<string>();
  return (event) => {
    const mandateId = text(event, 'mandateId');
    if (event.type === 'HouseholdRegistered') {
      if (contact !== '') say('registered twice.');
      contact = text(object(event, 'contactPerson'), 'accountId');
      for (const it of objects(event, 'mandates')) given.add(text(it, 'mandateId'));
    }
    if (event.type === 'ContactPersonChanged') {
      const next = text(object(event, 'contactPerson'), 'accountId');
      if (next !== contact) announced = false;
      contact = next;
    }
    if (contact === '') say('nobody is the contact person.');
    if (event.type === 'HandOverAnnounced') {
      if (announced !== false) say('a hand-over was told that was not to be told.');
      announced = true;
    }
    if (event.type === 'MandateGranted') {
      if (given.has(mandateId) || ended.has(mandateId)) say(`mandate ${mandateId} was there before.`);
      given.add(mandateId);
    }
    if (event.type === 'MandateWithdrawn' && !(given.delete(mandateId) && ended.add(mandateId)))
      say(`mandate ${mandateId} was not there.`);
  };
};

/** A wish thinks about one place at a time, takes one at most, and wants none once it has ended. */
const wish: Reader = (say) => {
  let claimed = '';
  let isOver = false;
  return (event) => {
    const placeId = text(event, 'placeId');
    if (event.type === 'PlaceClaimed') {
      if (isOver) say(`takes ${placeId} and has ended.`);
      if (claimed !== '' && claimed !== placeId) say(`thinks about ${placeId} and about ${claimed}.`);
      claimed = placeId;
    }
    if (event.type === 'ClaimEnded' && claimed === placeId) claimed = '';
    if (event.type === 'WishEnded') {
      if (isOver) say('ends twice.');
      isOver = true;
    }
  };
};

/** Where a wish that has ended still stands in line once all is at rest; where it was served the line has seen to it. */
const leftLists = (log: readonly Fact[]): string[] =>
  ofCategory(log, 'wish').flatMap(([stream, events]) => {
    const ended = events.find(({ type }) => type === 'WishEnded');
    if (ended === undefined) return [];
    const joined = new Set<string>();
    for (const event of events) {
      if (event.type === 'ListJoined') joined.add(text(event, 'offerId'));
      if (event.type === 'ListLeft') joined.delete(text(event, 'offerId'));
    }
    joined.delete(text(ended, 'offerId'));
    return [...joined].map((offerId) => `${stream} has ended, and waits for ${offerId}.`);
  });

/** One helper is asked at a time, after the family's yes where it wanted to say it; who comes was the one asked. */
const match: Reader = (say) => {
  let status = '';
  let asked = '';
  let awaitsFamily = false;
  return (event) => {
    const helperId = text(event, 'helperId');
    const isOver = status === 'closed' || status === 'cancelled';
    if (isOver) say(`${event.type} after it was ${status}.`);
    if (event.type === 'HelperProposed') {
      if (status !== 'open') say(`${helperId} is asked while it is ${status}.`);
      asked = helperId;
      awaitsFamily = text(event, 'awaits') === 'family';
      status = 'proposed';
    }
    if (event.type === 'HelperApproved') awaitsFamily = false;
    if (event.type === 'HelperMatched') {
      if (status !== 'proposed' || asked !== helperId) say(`${helperId} comes, and was not asked.`);
      if (awaitsFamily) say(`${helperId} comes, and the family did not say yes.`);
      status = 'matched';
    }
    if (['MatchOpened', 'HelperNotWanted', 'ProposalRefused', 'ProposalLapsed'].includes(event.type)) status = 'open';
    if (event.type === 'MatchClosed') status = 'closed';
    if (event.type === 'MatchCancelled') status = 'cancelled';
  };
};

/** One match for a booking. */
const matchesOfBookings = (log: readonly Fact[]): string[] => {
  const opened = log.filter(({ type }) => type === 'MatchOpened');
  return [...Map.groupBy(opened, (it) => text(it, 'bookingId'))]
    .filter(([, matches]) => matches.length > 1)
    .map(([bookingId, matches]) => `Booking ${bookingId} has ${matches.length} matches.`);
};

/** What begins and ends by turns, and does nothing while it is not there. */
const onAndOff =
  (begin: string, end: string, again = false): Reader =>
  (say) => {
    let isOn = false;
    return ({ type }) => {
      if (type === begin ? isOn && !again : !isOn) say(`${type} while it was ${isOn ? 'on' : 'off'}.`);
      isOn = type !== end;
    };
  };

/**
 * Opened again a feed has another secret, and the one before is worth nothing any more. Whoever is forgotten has theirs
 * closed for good, whether it was open or not.
 */
const feed: Reader = (say) => {
  let isOpen = false;
  let forgotten = false;
  return (event) => {
    if (forgotten) say(`${event.type} after its owner was forgotten.`);
    forgotten = text(event, 'reason') === 'forgotten';
    if (event.type === 'FeedClosed' && !isOpen && !forgotten) say('FeedClosed while it was off.');
    isOpen = event.type === 'FeedOpened';
  };
};

/** An agreement on a task is made once, and nothing is said of it once it has ended. */
const agreement: Reader = (say) => {
  const live = new Set<string>();
  const ended = new Set<string>();
  return (event) => {
    const id = text(event, 'agreementId');
    if (event.type === 'TaskAgreed') {
      if (live.has(id) || ended.has(id)) say(`${id} was agreed before.`);
      live.add(id);
    } else if (!live.has(id)) say(`${event.type} of ${id}, which is not agreed.`);
    if (event.type === 'TaskDeclined' || event.type === 'TaskWithdrawn') {
      live.delete(id);
      ended.add(id);
    }
  };
};

/** Taken up once, closed once, and closed for good. */
const signal: Reader = (say) => {
  const types = new Set<string>();
  return ({ type }) => {
    if (types.has('SignalClosed')) say(`${type} after it was closed.`);
    if (types.has(type)) say(`${type} twice.`);
    types.add(type);
  };
};

/** One owner after the other, counted, and none once it is resolved. */
const urgent: Reader = (say) => {
  let number = -1;
  let isOpen = false;
  return (event) => {
    const next = event.data.number;
    if (typeof next === 'number') {
      if (next !== number + 1) say(`owner ${next} comes after owner ${number}.`);
      if (isOpen === (event.type === 'UrgentOpened' || event.type === 'UrgentReopened'))
        say(`${event.type} while it was ${isOpen ? 'open' : 'resolved'}.`);
      number = next;
      isOpen = true;
    }
    if (event.type === 'UrgentResolved') {
      if (!isOpen) say('resolved twice.');
      isOpen = false;
    }
  };
};

/** What was asked to be taken back was, or it was said why not; what was taken back is not taken back again. */
const takenBack = (log: readonly Fact[]): string[] =>
  ofCategory(log, 'undo').flatMap(([stream, events]) => {
    const types = events.map(({ type }) => type);
    const done = types.filter((it) => it === 'UndoDone').length;
    if (done > 1) return [`${stream} was done ${done} times.`];
    return types.at(-1) === 'UndoAsked' ? [`${stream} was asked, and nothing came of it.`] : [];
  });

/** A task is set once and done once. */
const task: Reader = (say) => {
  const types = new Set<string>();
  return ({ type }) => {
    if (types.has(type)) say(`${type} twice.`);
    types.add(type);
  };
};

/** Files of people and what stands beside bookings: what there may be one of, there is one of, in every order. */
export const checkFiles = (log: readonly Fact[]): string[] => [
  ...read(log, 'household', household),
  ...read(log, 'wish', wish),
  ...leftLists(log),
  ...read(log, 'match', match),
  ...matchesOfBookings(log),
  ...read(log, 'fastlane', onAndOff('FastLaneGiven', 'FastLaneEnded')),
  ...read(log, 'feed', feed),
  ...read(log, 'calendar', onAndOff('CalendarFollowed', 'CalendarUnfollowed', true)),
  ...read(log, 'agreement', agreement),
  ...read(log, 'signal', signal),
  ...read(log, 'urgent', urgent),
  ...takenBack(log),
  ...read(log, 'task', task),
];

import {
  CloseFeed,
  FeedKind,
  FeedOwner,
  type FeedView,
  FollowCalendar,
  feedIdOf,
  HelperId,
  HouseholdId,
  OpenFeed,
  PageRequest,
  type ResourceView,
  UnfollowCalendar,
} from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { type Call, refuse } from '../context.ts';
import { actsForProvider, seesHelper } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { badInput, checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { findOwn, ResourceType } from './resources.ts';
import { enumOf } from './vocabulary.ts';

/* Calendars that go out, as feeds at a secret address, and calendars of others that are followed. */

const FeedKindEnum = enumOf('CalendarFeedOf', FeedKind.options, 'Whose bookings are in it.');
type ShownFeed = FeedView & { readonly url?: string | undefined };
const CalendarFeedType = builder.objectRef<ShownFeed>('CalendarFeed').implement({
  description: 'Bookings for a calendar program (iCalendar), at an address that works without signing in.',
  fields: (t) => ({
    of: t.field({ type: FeedKindEnum, resolve: (it) => it.owner.kind }),
    openedAt: t.expose('openedAt', { type: 'Instant', nullable: true, description: 'Nothing while it is closed.' }),
    url: t.string({
      nullable: true,
      description:
        'Shown once, when it is opened; nobody can look it up. Whoever has it can see when there is care, so keep it to yourself.',
      resolve: (it) => it.url,
    }),
  }),
});

const ofWhom = { of: 'Whose; your own when `id` is left out.', id: 'Of the household, provider or helper.' };

type Asking = Pick<Call, 'viewer' | 'services'>;
type Whose = { readonly of: FeedKind; readonly id?: string | null | undefined };

/** Whose feed it is about; undefined when that is not theirs to open. */
const ownerOf = async ({ of, id }: Whose, asking: Asking): Promise<FeedOwner | undefined> => {
  const ownerId = await ownerIdOf(of, id, asking);
  return ownerId === undefined ? undefined : FeedOwner.parse({ kind: of, id: ownerId });
};
const ownerIdOf = async (of: FeedKind, id: Whose['id'], { viewer, services }: Asking): Promise<string | undefined> => {
  switch (of) {
    case 'household': {
      // Only the caregiver: the address goes on working after a mandate was withdrawn.
      if (viewer.role !== 'caregiver') return undefined;
      const asked = maybeIdOf('Household', id);
      if (asked === undefined) return ownHousehold({ viewer, services });
      const householdId = checked(HouseholdId, asked, '#/input/id');
      const household = await services.bookings.findHousehold({ householdId });
      return household?.caregiver.accountId === viewer.accountId ? householdId : undefined;
    }
    case 'provider': {
      const providerId = maybeIdOf('Provider', id) ?? viewer.organisation;
      return providerId !== undefined && actsForProvider(viewer, providerId) ? providerId : undefined;
    }
    case 'helper': {
      if (id === null || id === undefined) throw badInput('#/input/id', 'Name the helper.');
      const helperId = checked(HelperId, idOf('Helper', id), '#/input/id');
      const helper = await services.matching.findHelper({ helperId });
      return helper !== undefined && seesHelper(viewer, helper) ? helperId : undefined;
    }
  }
};
const ownHousehold = async ({ viewer, services }: Asking): Promise<string | undefined> => {
  const page = checked(PageRequest, {}, '#');
  const { items } = await services.bookings.listHouseholds({ accountId: viewer.accountId, page });
  const own = items.filter(({ item }) => item.caregiver.accountId === viewer.accountId);
  if (own.length > 1) throw badInput('#/input/id', 'You have more than one household; name one.');
  return own[0]?.item.householdId;
};
const notFound = ({ of }: Whose) => refuse(`${of}-not-found`);

commandMutation('openCalendarFeed', {
  description:
    'An address for your calendar program, shown once. Opened again, the earlier address stops. ' +
    'A repeat with the same key shows no address.',
  input: commandInput('OpenCalendarFeed', (t) => ({
    of: t.field({ type: FeedKindEnum, description: ofWhom.of }),
    id: t.id({ required: false, description: ofWhom.id }),
  })),
  answers: { field: 'calendarFeed', type: CalendarFeedType },
  run: async (input, it): Promise<Outcome<ShownFeed>> => {
    const owner = await ownerOf(input, it);
    if (owner === undefined) return notFound(input);
    const { url, secretHash } = it.services.calendarLinks.make(feedIdOf(owner));
    const outcome = await it.services.bookings.openFeed(checked(OpenFeed, { owner, secretHash }), it.call);
    if (!outcome.accepted) return outcome;
    const { fresh, ...feed } = outcome.value;
    return { ...outcome, value: { ...feed, ...(fresh ? { url } : {}) } };
  },
});

commandMutation('closeCalendarFeed', {
  description: 'Its address stops at once.',
  input: commandInput('CloseCalendarFeed', (t) => ({
    of: t.field({ type: FeedKindEnum, description: ofWhom.of }),
    id: t.id({ required: false, description: ofWhom.id }),
  })),
  answers: { field: 'calendarFeed', type: CalendarFeedType },
  run: async (input, it): Promise<Outcome<ShownFeed>> => {
    const owner = await ownerOf(input, it);
    return owner === undefined
      ? notFound(input)
      : it.services.bookings.closeFeed(checked(CloseFeed, { owner }), it.call);
  },
});

builder.queryField('calendarFeed', (t) =>
  t.field({
    type: CalendarFeedType,
    nullable: true,
    description: 'Whether it is open, and since when; its address is shown to nobody.',
    args: { of: t.arg({ type: FeedKindEnum }), id: t.arg.id({ required: false }) },
    resolve: async (_root, whose, { viewer, services }) => {
      const owner = viewer && (await ownerOf(whose, { viewer, services }));
      return owner && services.bookings.findFeed({ owner });
    },
  }),
);

commandMutation('followCalendar', {
  description:
    'Reads another calendar at its address, now and every quarter of an hour, as busy time. The address is kept sealed ' +
    'and shown to nobody; a calendar that was followed before is followed no more.',
  input: commandInput('FollowCalendar', (t) => ({
    resourceId: t.id(),
    url: t.string({ description: 'The secret address of an iCalendar feed: https:// or webcal://.' }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, url }, it) => {
    const input = checked(FollowCalendar, { resourceId: idOf('Resource', resourceId), url });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return withResource(await it.services.offers.followCalendar(input, it.call), input, it);
  },
});

commandMutation('unfollowCalendar', {
  description: 'Reads it no more, and lets go of its address and of what it said was taken.',
  input: commandInput('UnfollowCalendar', (t) => ({ resourceId: t.id() })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId }, it) => {
    const input = checked(UnfollowCalendar, { resourceId: idOf('Resource', resourceId) });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return withResource(await it.services.offers.unfollowCalendar(input, it.call), input, it);
  },
});

const withResource = async <V>(
  outcome: Outcome<V>,
  { resourceId }: UnfollowCalendar,
  { services }: Asking,
): Promise<Outcome<ResourceView>> => {
  if (!outcome.accepted) return outcome;
  const resource = await services.offers.findResource({ resourceId });
  return resource === undefined ? refuse('resource-not-found') : { ...outcome, value: resource };
};

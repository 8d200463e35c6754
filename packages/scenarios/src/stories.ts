import { beforeDischarge } from './stories/before-discharge.ts';
import { calendars } from './stories/calendars.ts';
import { cancellingLate } from './stories/cancelling-late.ts';
import { cap } from './stories/cap.ts';
import { certifiedSitter } from './stories/certified-sitter.ts';
import { changedPlans } from './stories/changed-plans.ts';
import { firstStay } from './stories/first-stay.ts';
import { freeBudget } from './stories/free-budget.ts';
import { goingTogether } from './stories/going-together.ts';
import { holiday } from './stories/holiday.ts';
import { lastBeds } from './stories/last-beds.ts';
import { lastNights } from './stories/last-nights.ts';
import { limits } from './stories/limits.ts';
import { littleChoice } from './stories/little-choice.ts';
import { newSaturday } from './stories/new-saturday.ts';
import { noBeforeTheCare } from './stories/no-before-the-care.ts';
import { oneWish } from './stories/one-wish.ts';
import { ownCalendarFills } from './stories/own-calendar-fills.ts';
import { ownShareFirst } from './stories/own-share-first.ts';
import { plainWords } from './stories/plain-words.ts';
import { priceForMe } from './stories/price-for-me.ts';
import { proposedByPhone } from './stories/proposed-by-phone.ts';
import { regionalBeds } from './stories/regional-beds.ts';
import { reviewedAfterwards } from './stories/reviewed-afterwards.ts';
import { sharedCosts } from './stories/shared-costs.ts';
import { sharedOwnShare } from './stories/shared-own-share.ts';
import { shrinkingRegion } from './stories/shrinking-region.ts';
import { supplyAndUse } from './stories/supply-and-use.ts';
import { threeDaysAWeek } from './stories/three-days-a-week.ts';
import { twoDaysAWeek } from './stories/two-days-a-week.ts';
import { urgentEvening } from './stories/urgent-evening.ts';
import { volunteerMatch } from './stories/volunteer-match.ts';
import { waitingList } from './stories/waiting-list.ts';
import { weeklySeries } from './stories/weekly-series.ts';
import { whoDoesWhat } from './stories/who-does-what.ts';
import { youngCaregiver } from './stories/young-caregiver.ts';
import type { Story } from './world.ts';

/** Every story that must come true, in the order in which the demo tells them. */
export const stories: readonly Story[] = [
  ownShareFirst,
  lastBeds,
  volunteerMatch,
  freeBudget,
  cap,
  limits,
  reviewedAfterwards,
  sharedCosts,
  sharedOwnShare,
  noBeforeTheCare,
  weeklySeries,
  firstStay,
  waitingList,
  newSaturday,
  certifiedSitter,
  regionalBeds,
  calendars,
  ownCalendarFills,
  shrinkingRegion,
  littleChoice,
  oneWish,
  cancellingLate,
  twoDaysAWeek,
  threeDaysAWeek,
  goingTogether,
  holiday,
  beforeDischarge,
  plainWords,
  whoDoesWhat,
  urgentEvening,
  lastNights,
  supplyAndUse,
  proposedByPhone,
  youngCaregiver,
  changedPlans,
  priceForMe,
];

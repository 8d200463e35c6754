import { cap } from './stories/cap.ts';
import { certifiedSitter } from './stories/certified-sitter.ts';
import { firstStay } from './stories/first-stay.ts';
import { freeBudget } from './stories/free-budget.ts';
import { lastBeds } from './stories/last-beds.ts';
import { limits } from './stories/limits.ts';
import { ownShareFirst } from './stories/own-share-first.ts';
import { regionalBeds } from './stories/regional-beds.ts';
import { volunteerMatch } from './stories/volunteer-match.ts';
import { waitingList } from './stories/waiting-list.ts';
import { weeklySeries } from './stories/weekly-series.ts';
import type { Story } from './world.ts';

/** Every story that must come true, in the order in which the demo tells them. */
export const stories: readonly Story[] = [
  ownShareFirst,
  lastBeds,
  volunteerMatch,
  freeBudget,
  cap,
  limits,
  weeklySeries,
  firstStay,
  waitingList,
  certifiedSitter,
  regionalBeds,
];

import { ServiceSettings } from '@adempauze/process';
import { z } from 'zod';

/** What can be set of the process: what every service has, and where calendars of others may stand. */
export const Settings = ServiceSettings.extend({
  CALENDARS_FROM: z
    .enum(['internet', 'anywhere'])
    .default('internet')
    .describe(
      'Which calendars can be followed. `internet`: over https, at public addresses. `anywhere`: also over http and in our own network.',
    ),
});

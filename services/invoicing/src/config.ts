import { ServiceSettings } from '@adempauze/process';

/** What can be set of the process: what every service has, see docs/settings.md. */
export const Settings = ServiceSettings;

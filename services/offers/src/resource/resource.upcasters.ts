import type { Upcasters } from '@adempauze/event-store';

/* Before travel was kept free, there was none. */
export const resourceUpcasters: Upcasters = {
  ResourceOpened: { 1: (data) => ({ ...data, travelMinutes: 0 }) },
};

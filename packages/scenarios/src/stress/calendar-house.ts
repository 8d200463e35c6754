import { once } from 'node:events';
import { createServer } from 'node:http';
import { TimeSpan } from '@adempauze/contracts';
import { z } from 'zod';
import { calendarText } from './calendar-text.ts';

/** Calendars of others on this machine: what is taken stands in the address itself. */
export type CalendarHouse = {
  addressOf(busy: readonly TimeSpan[]): string;
  close(): Promise<void>;
};

export const openCalendarHouse = async (): Promise<CalendarHouse> => {
  const server = createServer(({ url = '' }, response) => {
    const told: unknown = JSON.parse(Buffer.from(url.slice(1), 'base64url').toString('utf8'));
    response.setHeader('content-type', 'text/calendar').end(calendarText(z.array(TimeSpan).parse(told)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens at a port.');
  return {
    addressOf: (busy) =>
      `http://127.0.0.1:${address.port}/${Buffer.from(JSON.stringify(busy), 'utf8').toString('base64url')}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

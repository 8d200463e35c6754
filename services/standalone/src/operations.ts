import type { Parked, Work } from '@adempauze/event-bus';
import { mergeLatest, type Operations } from '@adempauze/gateway';
import { Instant } from '@adempauze/kernel';

type Check = { readonly ok: boolean; readonly detail: string };

/** What every service of this process shows of itself. */
export type Operated = {
  readonly parked: Parked;
  readonly listActions: Work['listActions'];
  readonly status: () => Readonly<Record<string, Check>>;
};

/**
 * What an operator sees and does, over all services of the process. An id of a parked message is `service:number`, and
 * the pages run through the services in the order given.
 */
export const createOperations = (services: Readonly<Record<string, Operated>>): Operations => {
  const names = Object.keys(services);
  const find = (id: string): { parked: Parked; number: number } | undefined => {
    const [name = '', number = ''] = id.split(':');
    const parked = Object.hasOwn(services, name) ? services[name]?.parked : undefined;
    return parked && /^\d{1,15}$/.test(number) ? { parked, number: Number(number) } : undefined;
  };
  return {
    async listParked({ first, after }) {
      const [fromName = '', fromNumber = ''] = (after ?? '').split(':');
      const begin = Math.max(0, names.indexOf(fromName));
      const items: Awaited<ReturnType<Operations['listParked']>>['items'][number][] = [];
      for (const [index, name] of names.entries()) {
        if (index < begin || items.length > first) continue;
        const since = name === fromName && /^\d{1,15}$/.test(fromNumber) ? Number(fromNumber) : undefined;
        const page = await services[name]?.parked.list({ first: first + 1 - items.length, after: since });
        for (const it of page?.items ?? []) {
          const id = `${name}:${it.id}`;
          const { consumer, key, reason, attempts, event } = it;
          const parkedAt = Instant.parse(it.parkedAt);
          items.push({
            cursor: id,
            item: { id, consumer: `${name}/${consumer}`, key, type: event.type, reason, parkedAt, attempts },
          });
        }
      }
      return { items: items.slice(0, first), hasMore: items.length > first };
    },
    listActions: (page) =>
      mergeLatest(
        Object.fromEntries(
          Object.entries(services).map(([name, it]) => [
            name,
            async (asked) => {
              const { items, hasMore } = await it.listActions(asked);
              return { items: items.map(({ cursor, item }) => ({ cursor, item: actionOf(name, item) })), hasMore };
            },
          ]),
        ),
        page,
      ),
    async replayParked(id, by) {
      const found = find(id);
      return found?.parked.replay(found.number, by);
    },
    async discardParked(id, by, reason) {
      const found = find(id);
      return (await found?.parked.discard(found.number, by, reason)) ?? false;
    },
    async status() {
      return Object.fromEntries(
        Object.entries(services).flatMap(([name, it]) =>
          Object.entries(it.status()).map(([check, result]): [string, Check] => [`${name} ${check}`, result]),
        ),
      );
    },
  };
};

type Listed = Awaited<ReturnType<Work['listActions']>>['items'][number]['item'];
const actionOf = (service: string, { type, messageId, consumer, key, eventType, reason, at, by }: Listed) => ({
  action: type === 'ParkedMessageReplayed' ? ('replayed' as const) : ('discarded' as const),
  messageId: `${service}:${messageId}`,
  consumer: `${service}/${consumer}`,
  ...{ key, type: eventType, reason, at: Instant.parse(at), by },
});

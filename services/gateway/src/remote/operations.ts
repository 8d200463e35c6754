import { type ParkedItemView, type ProcessOperations, type ServiceName, serviceNames } from '@adempauze/contracts';
import { type CallContext, derivedId, UnavailableError } from '@adempauze/kernel';
import type { Operations, OperationsPage, OperatorAction, ParkedItem } from '../dependencies.ts';
import { concatenate, mergeLatest } from '../merge-pages.ts';

/** What operators see and do of one service: any replica shows it, and the one whose turn it is does it. */
export type ServiceDoors = Pick<ProcessOperations, 'listParked' | 'replayParked' | 'discardParked' | 'listActions'>;

/**
 * What an operator sees and does, over all services. An id of a parked message is `service:number`. Of a service that is
 * away nothing is shown, and that is said.
 */
export const createRemoteOperations = (
  doors: Readonly<Record<ServiceName, ServiceDoors>>,
  status: Operations['status'],
): Operations => {
  const find = (id: string) => {
    const [name = '', number = ''] = id.split(':');
    const service = serviceNames.find((it) => it === name);
    return service && /^\d{1,15}$/.test(number) ? { service, door: doors[service], id: Number(number) } : undefined;
  };
  const context = (what: string, id: string, by: string): CallContext => {
    const commandId = derivedId('operation', what, id, by);
    return { commandId, correlationId: commandId, actor: by };
  };
  /** Each service's list, or an empty one that names the service when it is away. */
  const lists = <T>(list: (door: ServiceDoors, service: ServiceName, page: Page) => Promise<OperationsPage<T>>) =>
    Object.fromEntries(
      serviceNames.map((service) => [
        service,
        async (page: Page): Promise<OperationsPage<T>> => {
          try {
            return await list(doors[service], service, page);
          } catch (error) {
            if (!(error instanceof UnavailableError)) throw error;
            return { items: [], hasMore: false, missing: [service] };
          }
        },
      ]),
    );
  const listParked = lists<ParkedItem>(async (door, service, page) => {
    const { items, hasMore } = await door.listParked({ page });
    return { items: items.map(({ cursor, item }) => ({ cursor, item: parkedOf(service, item) })), hasMore };
  });
  const listActions = lists<OperatorAction>(async (door, service, page) => {
    const { items, hasMore } = await door.listActions({ page });
    return {
      items: items.map(({ cursor, item: { messageId, consumer, eventType: type, eventId: _, ...rest } }) => ({
        cursor,
        item: { ...rest, messageId: `${service}:${messageId}`, consumer: `${service}/${consumer}`, type },
      })),
      hasMore,
    };
  });
  return {
    listParked: (page) => concatenate(listParked, page),
    listActions: (page) => mergeLatest(listActions, page),
    async replayParked(id, by) {
      const found = find(id);
      const outcome = await found?.door.replayParked({ id: found.id }, context('replay', id, by));
      return outcome?.accepted ? { failure: undefined, ...outcome.value } : undefined;
    },
    async discardParked(id, by, reason) {
      const found = find(id);
      const outcome = await found?.door.discardParked({ id: found.id, reason }, context('discard', id, by));
      return outcome?.accepted ?? false;
    },
    status,
  };
};

type Page = { readonly first: number; readonly after?: string | undefined };

const parkedOf = (service: ServiceName, { id, consumer, ...rest }: ParkedItemView): ParkedItem => ({
  ...rest,
  id: `${service}:${id}`,
  consumer: `${service}/${consumer}`,
});

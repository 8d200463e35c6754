import { type ProcessStatus, type ServiceName, serviceNames } from '@adempauze/contracts';
import type { Check, Checks } from '@adempauze/http';
import { UnavailableError } from '@adempauze/kernel';
import type { Operations } from '../dependencies.ts';
import type { Replica } from './services.ts';

type Look = { readonly service: ServiceName; readonly url: string; readonly status: ProcessStatus | undefined };

const lookAt = async ({ service, url, look }: Replica): Promise<Look> => {
  try {
    return { service, url, status: await look.status({}) };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { service, url, status: undefined };
  }
};

/** Without one of these there is nothing worth coming for. */
const useful: readonly ServiceName[] = ['offers', 'bookings'];

/**
 * The truth of every service, and a judgement: the gateway is ready while somebody can search or look at a booking, also
 * when another service is away or not quite well. All replicas are asked at every look.
 */
export const createReadinessChecks = (each: readonly Replica[]): Checks => {
  /** The checks of one look share what they ask. */
  let looking: Promise<readonly Look[]> | undefined;
  const look = () => {
    looking ??= Promise.all(each.map(lookAt)).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const checkOf = async (service: ServiceName): Promise<Check> => {
    const replicas = (await look()).filter((it) => it.service === service);
    const ready = replicas.filter(({ status }) => status?.ready);
    const others = replicas.flatMap(({ url, status }) => {
      if (!status) return [`${new URL(url).host} is away`];
      return status.ready ? [] : [`${status.replica} is not ready: ${wrongWith(status)}`];
    });
    const detail = [`${ready.length} of ${replicas.length} ready`, ...others].join('; ');
    return { ok: ready.length > 0, optional: true, detail };
  };
  return {
    ...Object.fromEntries(serviceNames.map((service) => [service, () => checkOf(service)])),
    async 'something to serve'() {
      const there = (await look()).some(({ service, status }) => status && useful.includes(service));
      return { ok: there, detail: there ? 'offers or bookings answer' : 'neither offers nor bookings answers' };
    },
  };
};

const wrongWith = ({ checks }: ProcessStatus): string =>
  Object.entries(checks)
    .flatMap(([check, { ok, detail }]) => (ok ? [] : [`${check}: ${detail}`]))
    .join(', ');

/** What the operator sees: every check of every replica, and which replicas are away. */
export const createStatus =
  (each: readonly Replica[]): Operations['status'] =>
  async () => {
    const looks = await Promise.all(each.map(lookAt));
    return Object.fromEntries(
      looks.flatMap(({ service, url, status }): [string, { ok: boolean; detail: string }][] => {
        if (!status) return [[`${service} ${new URL(url).host}`, { ok: false, detail: 'away' }]];
        const turn = status.working ? 'does the work of the group' : 'stands by';
        return [
          [status.replica, { ok: status.ready, detail: `${status.ready ? 'ready' : 'not ready'}, ${turn}` }],
          ...Object.entries(status.checks).map(([check, { ok, detail }]): [string, { ok: boolean; detail: string }] => [
            `${status.replica} ${check}`,
            { ok, detail },
          ]),
        ];
      }),
    );
  };

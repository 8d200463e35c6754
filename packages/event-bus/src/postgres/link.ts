import { Socket } from 'node:net';
import { UnavailableError } from '@adempauze/kernel';
import pg from 'pg';
import type { Timer } from '../timer.ts';
import { translate } from './answers.ts';
import { startWait } from './wait.ts';

/** A session of the server's own: what it locked it holds for as long as the session lives. */
export type Link = {
  /** True when the lock of this name is this session's now; does not wait. @throws when the link is lost. */
  tryLock(name: string): Promise<boolean>;
  /** Shows both sides that the other lives. @throws when the link is lost. */
  beat(): Promise<void>;
  /** Aborts when the session has ended, or does not answer any more; then its locks are gone, or soon will be. */
  readonly lost: AbortSignal;
  /** Ends the session, and with it its locks. */
  end(): Promise<void>;
};

const connectWithinMs = 5000;
/** A question that takes longer is taken for a lost link. Well within the server's own patience. */
const answerWithinMs = 3000;

/**
 * How soon the server misses us, where its version knows the setting. The first is what counts behind a proxy, or when
 * this process sleeps: a session that says nothing for that long is ended. The others are for a network that is gone.
 */
const serverPatience = {
  idle_session_timeout: '8s',
  tcp_keepalives_idle: '3',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '2',
  tcp_user_timeout: '8s',
};

/** Opens a session. @throws whatever the driver says when there is none within 5 s. */
export const openLink = async (options: {
  readonly connectionString: string;
  readonly name: string;
  readonly timer: Timer;
}): Promise<Link> => {
  const { connectionString, name, timer } = options;
  const socket = new Socket();
  const client = new pg.Client({
    connectionString,
    stream: () => socket,
    connectionTimeoutMillis: connectWithinMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 3000,
    application_name: name,
  });
  const losing = new AbortController();
  const lost = losing.signal;
  const lose = () => {
    // Nobody waits for a goodbye: whoever has lost the other has lost the lock too.
    socket.destroy();
    losing.abort();
  };
  client.on('error', lose);
  client.on('end', lose);

  /** The answer, or the end of the link. */
  const within = async <T>(asked: Promise<T>): Promise<T> => {
    const limit = startWait({ timer, ms: answerWithinMs, unless: [lost] });
    try {
      const answer = await Promise.race([asked, limit.over]);
      if (answer === undefined) throw new UnavailableError('PostgreSQL does not answer.');
      return answer;
    } catch (error) {
      lose();
      throw translate(error);
    } finally {
      limit.end();
    }
  };
  const ask = (text: string, values: readonly (string | readonly string[])[] = []) =>
    within(client.query(text, [...values]));

  try {
    await client.connect();
    const settings = Object.entries(serverPatience);
    await ask(
      `SELECT set_config(wanted.name, wanted.setting, false)
       FROM unnest($1::text[], $2::text[]) AS wanted (name, setting) JOIN pg_settings USING (name)`,
      [settings.map(([key]) => key), settings.map(([, value]) => value)],
    );
  } catch (error) {
    lose();
    throw error;
  }

  return {
    async tryLock(lock) {
      const { rows } = await ask('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [lock]);
      return rows[0]?.got === true;
    },
    async beat() {
      await ask('SELECT 1');
    },
    lost,
    async end() {
      if (!lost.aborted) await within(client.end().then(() => true)).catch(() => undefined);
      lose();
    },
  };
};

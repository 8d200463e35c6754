import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartError } from '@adempauze/kernel';
import { type GuardedProcess, startGuarded } from './guarded.ts';
import { MissingProgramError } from './missing.ts';
import { findFreePorts } from './ports.ts';

const run = promisify(execFile);

export type RunningPostgres = {
  /** With user and password; the database is `adempauze`. */
  readonly connectionString: string;
  /** Where its files are: what a thief of the disk would find. */
  readonly dataFolder: string;
  /** Process id, while it runs. */
  pid(): number | undefined;
  /** Pulls its plug. */
  kill(): Promise<void>;
  /** Starts it again, on its own folder and port; stops it in order first when it runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const install = 'apt-get install postgresql.';

/**
 * A PostgreSQL from Debian's programs on loopback and a free port. Its data is thrown away, unless a folder is given:
 * then that is made once and kept, with its port and password. It ends when this process does. Root runs it as the user `postgres`.
 * @throws MissingProgramError when PostgreSQL, or for root its user, is not on this machine.
 */
export const startPostgres = async (
  options: {
    readonly folder?: string | undefined;
    /** Told of every line that it says. */
    readonly onLine?: (line: string) => void;
    /** Told when it ended although nobody here asked for it. */
    readonly onDied?: (code: number) => void;
  } = {},
): Promise<RunningPostgres> => {
  const programs = await programsFolder();
  const user = await userToRunAs();
  const kept = options.folder !== undefined;
  const folder = options.folder ? resolve(options.folder) : await mkdtemp(join(tmpdir(), 'adempauze-postgres-'));
  await mkdir(folder, { recursive: true });
  if (user) await chown(folder, user.uid, user.gid);
  await checkReachable(folder, user);
  const data = join(folder, 'data');
  const accessFile = join(folder, 'access.json');
  if (!existsSync(accessFile)) await initialise(programs, folder, user);
  const access: Access = JSON.parse(await readFile(accessFile, 'utf8'));

  const settings = [`port=${access.port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  // What is thrown away anyway need not reach the disk.
  if (!kept) settings.push('fsync=off');
  let running: GuardedProcess | undefined;
  const start = async () => {
    const server = await startGuarded({
      program: join(programs, 'postgres'),
      args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      ...(kept ? {} : { throwAwayFolder: folder }),
      ...(user ? { user } : {}),
      cwd: folder,
      onLine: options.onLine,
    });
    running = server;
    void server.ended.then((code) => {
      if (running !== server) return;
      running = undefined;
      options.onDied?.(code);
    });
    await server.ready(/database system is ready to accept connections/);
  };
  // SIGINT is its fast shutdown. Its other processes see by themselves that the first of them was killed.
  const end = async (signal: 'SIGINT' | 'SIGKILL') => {
    const server = running;
    running = undefined;
    await server?.end(signal);
  };
  await start();
  return {
    connectionString: `postgres://adempauze:${access.password}@127.0.0.1:${access.port}/adempauze`,
    dataFolder: data,
    pid: () => running?.pid,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGINT');
      // After a kill the rest of it may still be going, and holds on to its memory.
      for (let tries = 1; ; tries += 1) {
        try {
          return await start();
        } catch (error) {
          if (tries === 20) throw error;
          await pause(250);
        }
      }
    },
    async stop() {
      await end('SIGINT');
      if (!kept) await rm(folder, { recursive: true, force: true });
    },
  };
};

type User = { readonly uid: number; readonly gid: number };
type Access = { readonly port: number; readonly password: string };

const initialise = async (programs: string, folder: string, user: User | undefined) => {
  const [port = 0] = await findFreePorts(1);
  const access: Access = { port, password: randomUUID() };
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, access.password, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  const data = join(folder, 'data');
  const as = { ...user, cwd: folder };
  const rights = ['--username=adempauze', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  await run(join(programs, 'initdb'), ['-D', data, '--encoding=UTF8', '--locale=C', '--no-sync', ...rights], as);
  await rm(passwordFile);
  // In single-user mode, so that nobody has to connect before the database is there.
  const single = run(join(programs, 'postgres'), ['--single', '-D', data, 'postgres'], as);
  single.child.stdin?.end('CREATE DATABASE adempauze\n');
  await single;
  await writeFile(join(folder, 'access.json'), JSON.stringify(access), { mode: 0o600 });
};

const programsFolder = async (): Promise<string> => {
  const debian = '/usr/lib/postgresql';
  const [newest] = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  if (newest !== undefined && existsSync(join(debian, newest, 'bin', 'postgres'))) return join(debian, newest, 'bin');
  throw new MissingProgramError({
    nl: `De sleutels van personen hebben PostgreSQL nodig: op Debian met ${install}`,
    en: `The keys of persons need PostgreSQL: on Debian, ${install}`,
  });
};

/** A folder of root's own cannot be used: PostgreSQL does not run as root. @throws StartError */
const checkReachable = async (folder: string, user: User | undefined): Promise<void> => {
  if (!user) return;
  await run('ls', [folder], { ...user, cwd: '/' }).catch((cause) => {
    throw new StartError(
      {
        nl: `De gebruiker postgres kan niet bij de map ${folder}. Kies met --folder een map waar die wel bij kan.`,
        en: `The user postgres cannot get at the folder ${folder}. Choose another with --folder.`,
      },
      { cause },
    );
  });
};

/** PostgreSQL refuses to run as root. */
const userToRunAs = async (): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    throw new MissingProgramError({
      nl: `Root kan PostgreSQL niet starten zonder de gebruiker postgres: op Debian met ${install}`,
      en: `Root cannot run PostgreSQL without the user postgres: on Debian, ${install}`,
    });
  }
};

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A shop of the real binary. */
export interface Server {
  data: string;
  publicURL: string;
  staffURL: string;
  /** Empty once the shop is set up. */
  setupLink: string;
  stop: () => Promise<void>;
  /** Stops it and starts the binary again on the same data folder, with other arguments. */
  again: (...more: string[]) => Promise<Server>;
}

/** Starts the real binary on a new data folder and on free ports, with the arguments given. */
export async function launch(...more: string[]): Promise<Server> {
  return open(mkdtempSync(path.join(tmpdir(), 'buildplate-stories-')), more);
}

/** The same on a data folder that is there already. */
export function launchOn(data: string, ...more: string[]): Promise<Server> {
  return open(data, more);
}

async function open(data: string, more: string[]): Promise<Server> {
  const binary = path.resolve(process.env.BUILDPLATE ?? '../buildplate');
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run \`make build\` first`);

  const args = ['serve', '--data', data, '--shop', '127.0.0.1:0', '--public', '127.0.0.1:0', ...more];
  const server = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  let stopping = false;
  server.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)));
  const greeting = await greetingOf(server, () => log);
  // Whatever ends the server early is the first thing to know about every story that fails after it.
  server.on('exit', (code, signal) => {
    if (!stopping) console.error(`the server ended by itself (${code ?? signal}):\n${log}`);
  });
  const end = async (): Promise<void> => {
    stopping = true;
    await stop(server);
    if (process.env.KEEP_LOG) console.log(log);
  };
  return {
    data,
    publicURL: found(greeting, /Customers\s+(http\S+)/),
    staffURL: found(greeting, /Staff\s+(http\S+)\/staff/),
    setupLink: /First admin\s+(http\S+)/.exec(greeting)?.[1] ?? '',
    stop: async () => {
      await end();
      rmSync(data, { recursive: true, force: true });
    },
    again: async (...others) => {
      await end();
      return open(data, others);
    },
  };
}

/**
 * Starts an empty demonstration for the stories and tells them where it is. With DATA, PUBLIC_URL, STAFF_URL and
 * SETUP_LINK given, they are told to a shop that runs already.
 */
export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PUBLIC_URL) return undefined;
  const server = await launch('--demo', '--empty', '--stripe-stand-in', '127.0.0.1:0');
  process.env.DATA = server.data;
  process.env.PUBLIC_URL = server.publicURL;
  process.env.STAFF_URL = server.staffURL;
  process.env.SETUP_LINK = server.setupLink;
  return server.stop;
}

// The greeting comes in one piece when both doors are open: nothing needs to ask whether they are.
function greetingOf(server: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (/Staff\s+http\S+\s/.test(text)) resolve(text);
    });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code} before it was up:\n${text}${log()}`)));
    setTimeout(() => reject(new Error(`the server said nothing for a minute:\n${text}${log()}`)), 60_000).unref();
  });
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[1];
  if (!match) throw new Error(`the server's greeting lacks ${pattern}:\n${text}`);
  return match;
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    const kill = setTimeout(() => server.kill('SIGKILL'), 10_000);
    server.on('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    server.kill('SIGTERM');
  });
}

import { DetailedError, Upload, type HttpResponse } from 'tus-js-client';

import { problemError } from '../api/client';
import { checkPicked, fileKind, type FileKind, type UploadLimits } from './check';
import { larger, smaller } from './piece';
import { WakeLock } from './wakelock';

/**
 * waiting -> sending -> sent, and from sending: paused (the connection is gone; goes on by itself, or
 * when asked) or refused (the server said no; asking again would not help).
 */
export type UploadState = 'waiting' | 'sending' | 'paused' | 'sent' | 'refused';

export interface UploadEntry {
  key: string;
  name: string;
  size: number;
  kind: FileKind;
  state: UploadState;
  /** Bytes the server has. */
  sent: number;
  message: string;
}

const endpoint = '/api/quick-order/upload';
/** A tunnel that blinks is waited for; after these pauses (ms) the person, or coming back online, decides. */
const retryDelays = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
const waitingForLine = 'Waiting for the connection…';
const waitingForTurn = 'Many files are arriving just now. Yours continues by itself.';
/** One at a time would waste a good line, many would starve each other on a poor one. */
const parallel = 2;

/** Files on their way to the cart, in parts that fit through any tunnel, resumed where they were cut. */
export class UploadQueue {
  entries = $state<UploadEntry[]>([]);
  /** Files that were turned away, each with its message, until dismissed. */
  refused = $state<{ name: string; message: string }[]>([]);
  /** The server's ids of the files that were begun here: the parts they become name them. */
  begun = $state.raw<readonly string[]>([]);

  // Not shown anywhere, so it need not be reactive.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  private readonly uploads = new Map<string, Upload>();
  private readonly wakeLock = new WakeLock();
  private watching = false;
  private readonly online = (): void => this.resumeAll();
  private readonly offline = (): void => {
    for (const entry of this.entries) if (entry.state === 'sending') entry.message = waitingForLine;
  };
  /** Leaving the page would cut what is on its way, so the browser asks first. */
  private readonly leaving = (event: BeforeUnloadEvent): void => event.preventDefault();

  /** `onSent` brings the part that a file became into the cart; until it is done the file counts as on its way. */
  constructor(
    private readonly limits: () => UploadLimits & { part_bytes: number },
    private readonly partsInCart: () => number,
    private readonly onSent: () => Promise<void>,
  ) {}

  /** Files that are not in the cart yet, and may still come into it. */
  readonly onTheWay = $derived.by(() => {
    const count = (...states: UploadState[]): number =>
      this.entries.filter((entry) => states.includes(entry.state)).length;
    return { sending: count('waiting', 'sending', 'sent'), paused: count('paused') };
  });

  add(files: File[]): void {
    const picked = checkPicked(files, this.partsInCart() + this.entries.filter(unfinished).length, this.limits());
    this.refused = picked.refused;
    for (const file of picked.accepted) this.enqueue(file);
    this.pump();
  }

  resume(key: string): void {
    const entry = this.entry(key);
    if (!entry || entry.state !== 'paused') return;
    entry.state = 'waiting';
    entry.message = '';
    this.pump();
  }

  resumeAll(): void {
    for (const entry of this.entries) if (entry.state === 'paused') this.resume(entry.key);
  }

  /** Stops a file and removes what the server has of it. */
  async cancel(key: string): Promise<void> {
    const upload = this.uploads.get(key);
    this.forget(key);
    try {
      await upload?.abort(true);
    } catch {
      // The server forgets abandoned uploads by itself.
    }
    this.pump();
  }

  dismissRefused(): void {
    this.refused = [];
  }

  private enqueue(file: File): void {
    const key = randomKey();
    this.entries.push({
      key,
      name: file.name,
      size: file.size,
      kind: fileKind(file.name),
      state: 'waiting',
      sent: 0,
      message: '',
    });
    const most = this.limits().part_bytes;
    let piece = Math.min(most, file.size);
    let begun = performance.now();
    const upload = new Upload(file, {
      endpoint,
      chunkSize: most,
      retryDelays,
      metadata: { filename: file.name, part_key: key },
      removeFingerprintOnSuccess: true,
      onShouldRetry: ({ originalResponse: response }, _attempt, options) => {
        options.chunkSize = piece = smaller(piece);
        begun = performance.now();
        if (turnIn(response, codeOf(response)) !== undefined) return false; // `failed` waits as long as the server says
        const again = worthRetrying(response?.getStatus(), codeOf(response));
        if (again) this.update(key, { message: waitingForLine });
        return again;
      },
      onUploadUrlAvailable: () => {
        this.note(upload.url);
        this.pump();
      },
      onProgress: (sent) => this.update(key, { state: 'sending', sent, message: '' }),
      onChunkComplete: (_size, accepted) => {
        const now = performance.now();
        upload.options.chunkSize = piece = larger(piece, now - begun, most);
        begun = now;
        this.update(key, { sent: accepted });
      },
      onSuccess: () => void this.finished(key),
      onError: (error) => this.failed(key, error),
    });
    this.uploads.set(key, upload);
  }

  private pump(): void {
    let sending = this.entries.filter((entry) => entry.state === 'sending').length;
    for (const entry of this.entries) {
      if (sending >= parallel) break;
      if (entry.state !== 'waiting') continue;
      // The first file brings the cart. Beside it, before the server has answered, a second one would bring another.
      if (sending > 0 && !this.cartIsThere()) break;
      entry.state = 'sending';
      entry.message = navigator.onLine ? '' : waitingForLine;
      sending++;
      void this.send(entry.key);
    }
    this.watch();
  }

  /** The server knows one of the files that are being sent. */
  private cartIsThere(): boolean {
    return this.entries.some((entry) => entry.state === 'sending' && this.uploads.get(entry.key)?.url);
  }

  private note(url: string | null): void {
    const id = url?.split('/').at(-1);
    if (id && !this.begun.includes(id)) this.begun = [...this.begun, id];
  }

  /** Keeps the screen on and the page in place, only as long as there is a reason to. */
  private watch(): void {
    const states = this.entries.map((entry) => entry.state);
    if (states.includes('waiting') || states.includes('sending')) this.wakeLock.hold();
    else this.wakeLock.release();
    const wanted = this.entries.some(unfinished);
    if (wanted === this.watching) return;
    this.watching = wanted;
    if (wanted) {
      window.addEventListener('online', this.online);
      window.addEventListener('offline', this.offline);
      window.addEventListener('beforeunload', this.leaving);
    } else {
      window.removeEventListener('online', this.online);
      window.removeEventListener('offline', this.offline);
      window.removeEventListener('beforeunload', this.leaving);
    }
  }

  private async send(key: string): Promise<void> {
    const upload = this.uploads.get(key);
    if (!upload) return;
    // The same file picked again after a reload goes on where it was cut.
    if (upload.url === null) {
      try {
        const previous = await upload.findPreviousUploads();
        const last = previous.at(-1);
        if (last) upload.resumeFromPreviousUpload(last);
      } catch {
        // Without a memory of it the upload starts from its beginning.
      }
    }
    if (this.uploads.has(key)) upload.start();
  }

  private async finished(key: string): Promise<void> {
    const entry = this.entry(key);
    if (entry) this.update(key, { state: 'sent', sent: entry.size });
    this.pump();
    await this.onSent();
    this.forget(key); // the part's own card takes over from here
  }

  private failed(key: string, error: Error | DetailedError): void {
    const response = error instanceof DetailedError ? error.originalResponse : null;
    const status = response?.getStatus() ?? 0;
    const problem = problemError(parse(response?.getBody()), status);
    const turn = turnIn(response, problem.code);
    if (turn !== undefined) {
      this.update(key, { message: waitingForTurn });
      setTimeout(() => void this.send(key), turn);
      return;
    }
    if (worthRetrying(status || undefined, problem.code)) {
      const lost = 'The connection was lost. What has arrived is kept, and the upload continues from there.';
      this.update(key, { state: 'paused', message: problem.code === 'storage_full' ? problem.message : lost });
    } else {
      this.update(key, { state: 'refused', message: problem.message });
      this.uploads.delete(key);
    }
    this.pump();
  }

  private update(key: string, change: Partial<UploadEntry>): void {
    const entry = this.entry(key);
    if (entry) Object.assign(entry, change);
  }

  private entry(key: string): UploadEntry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  private forget(key: string): void {
    this.uploads.delete(key);
    this.entries = this.entries.filter((entry) => entry.key !== key);
  }
}

function unfinished(entry: UploadEntry): boolean {
  return entry.state === 'waiting' || entry.state === 'sending' || entry.state === 'paused';
}

/** Answers by which nothing changes until somebody removes something, or for long. */
const lasting = ['cart_files_full', 'cart_bytes_full', 'visitor_files_full', 'visitor_bytes_full', 'cart_ordered'];

/** No answer, a busy server, or an offset that another try will correct; any other 4xx is an answer. */
export function worthRetrying(status: number | undefined, code = ''): boolean {
  if (status === undefined || status === 0) return true;
  if (lasting.includes(code)) return false;
  return status >= 500 || status === 408 || status === 409 || status === 423 || status === 429;
}

/** How long (ms) a server that has no room just now asks to wait; undefined for any other answer. */
export function turnIn(response: Answer | null | undefined, code = ''): number | undefined {
  const status = response?.getStatus();
  if ((status !== 429 && status !== 503) || lasting.includes(code)) return undefined;
  const seconds = Number(response?.getHeader('Retry-After'));
  if (!(seconds > 0)) return undefined;
  return (Math.min(seconds, 60) + Math.random()) * 1000; // not all of them at the same moment
}

type Answer = Pick<HttpResponse, 'getStatus' | 'getHeader'>;

function codeOf(response: HttpResponse | null | undefined): string {
  return problemError(parse(response?.getBody()), response?.getStatus() ?? 0).code;
}

function parse(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}

/** 128 random bits; `crypto.randomUUID` is missing on the shop's plain-http address. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

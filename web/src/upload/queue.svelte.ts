import { DetailedError, Upload } from 'tus-js-client';

import { problemError } from '../api/client';
import { codeOf, parse, turnIn, worthRetrying } from './answers';
import { checkPicked, fileKind, type UploadLimits } from './check';
import { isMoving, randomKey, unfinished, type UploadEntry, type UploadState } from './entry';
import { Meshes } from './meshes';
import { larger, smaller } from './piece';
import { WakeLock } from './wakelock';

const endpoint = '/api/quick-order/upload';
/** A tunnel that blinks is waited for; after these pauses (ms) the person, or coming back online, decides. */
const retryDelays = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
const waitingForLine = 'Waiting for the connection…';
const waitingForTurn = 'Many files are arriving just now. Yours continues by itself.';
/** One at a time would waste a good line, many would starve each other on a poor one. */
const parallel = 2;

function idOf(url: string | null | undefined): string | undefined {
  return url?.split('/').at(-1);
}

/** Files on their way to the cart, in parts that fit through any tunnel, resumed where they were cut. */
export class UploadQueue {
  entries = $state<UploadEntry[]>([]);
  /** Files that were turned away, each with its message, until dismissed. */
  refused = $state<{ name: string; message: string }[]>([]);
  /** Files that could not be read here and go to a person, each with its message, until dismissed. */
  unread = $state<{ name: string; message: string }[]>([]);
  /** The server's ids of files whose mesh is still to come: their parts are not what they will be. */
  halves = $state.raw<readonly string[]>([]);
  /** The server's ids of the files that were begun here: the parts they become name them. */
  begun = $state.raw<readonly string[]>([]);

  // Not shown anywhere, so it need not be reactive.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  private readonly uploads = new Map<string, Upload>();
  private readonly meshes = new Meshes();
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
    return { sending: count('reading', 'waiting', 'sending', 'sent'), paused: count('paused') };
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

  dismissUnread(): void {
    this.unread = [];
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
    this.uploads.set(key, this.begin(key, file, { filename: file.name, part_key: key }));
    if (fileKind(file.name) === 'step') {
      this.update(key, { state: 'reading' });
      void this.read(key, file);
    }
  }

  /** Makes the mesh of a STEP file, which is sent when the file has arrived. Whatever comes of it, the file is sent. */
  private async read(key: string, file: File): Promise<void> {
    const message = await this.meshes.make(key, file, this.limits().file_bytes);
    const entry = this.entry(key);
    if (!entry) return;
    if (message) this.unread.push({ name: file.name, message });
    entry.size += this.meshes.of(key)?.stl.size ?? 0;
    entry.state = 'waiting';
    this.pump();
  }

  /** Goes on with the mesh of a file that has arrived; says whether there is one. */
  private sendMesh(key: string): boolean {
    const mesh = this.meshes.of(key);
    const of = idOf(this.uploads.get(key)?.url);
    if (!mesh || !of) return false;
    this.meshes.drop(key);
    const before = (this.entry(key)?.size ?? 0) - mesh.stl.size;
    this.uploads.set(key, this.begin(key, mesh.stl, { mesh_of: of, ...mesh.metadata }, before));
    this.update(key, { state: 'waiting' });
    this.pump();
    return true;
  }

  /** An upload that reports to its entry. A mesh goes on from what its file has sent. */
  private begin(key: string, file: Blob, metadata: Record<string, string>, before = 0): Upload {
    const most = this.limits().part_bytes;
    let piece = Math.min(most, file.size);
    let begun = performance.now();
    const upload = new Upload(file, {
      endpoint,
      chunkSize: most,
      retryDelays,
      metadata,
      storeFingerprintForResuming: file instanceof File,
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
        this.note(key, upload.url, before > 0);
        this.pump();
      },
      onProgress: (sent) => this.update(key, { state: 'sending', sent: before + sent, message: '' }),
      onChunkComplete: (_size, accepted) => {
        const now = performance.now();
        upload.options.chunkSize = piece = larger(piece, now - begun, most);
        begun = now;
        this.update(key, { sent: before + accepted });
      },
      onSuccess: () => void this.finished(key),
      onError: (error) => this.failed(key, error),
    });
    return upload;
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

  private note(key: string, url: string | null, mesh: boolean): void {
    const id = idOf(url);
    if (!id || mesh) return;
    if (!this.begun.includes(id)) this.begun = [...this.begun, id];
    if (this.meshes.of(key)) this.halves = [...this.halves, id];
  }

  /** Keeps the screen on and the page in place, only as long as there is a reason to. */
  private watch(): void {
    if (this.entries.some(isMoving)) this.wakeLock.hold();
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
    if (this.sendMesh(key)) return;
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
    } else if (this.uploads.get(key)?.options.metadata?.mesh_of) {
      // Its file is here all the same.
      if (problem.code !== 'mesh_not_wanted')
        this.unread.push({ name: this.entry(key)?.name ?? '', message: problem.message });
      void this.finished(key);
      return;
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
    const of = this.uploads.get(key)?.options.metadata?.mesh_of ?? idOf(this.uploads.get(key)?.url);
    this.halves = this.halves.filter((id) => id !== of);
    this.meshes.drop(key);
    this.uploads.delete(key);
    this.entries = this.entries.filter((entry) => entry.key !== key);
  }
}

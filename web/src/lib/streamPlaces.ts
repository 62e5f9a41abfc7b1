/**
 * Places for event streams in one browser. Over HTTP/1.1 it has six connections to a shop, shared by all its tabs: streams that
 * took them all would leave none for any request. Tabs agree among themselves who has one; the others poll.
 */

/** How many tabs of one browser stream at once: with two requests more its connections are taken. */
const most = 4;
/** How long the other tabs may take to answer, in milliseconds. */
const answerMs = 150;

interface Message {
  /** The tab that says it. */
  from: string;
  /** The tab that is answered; undefined where it asks. */
  to?: string;
}

/** A tab's say in who may stream from an address. */
export class StreamPlaces {
  private readonly me = Math.random().toString(36).slice(2);
  private readonly channel: BroadcastChannel | undefined;
  private state: 'out' | 'asking' | 'in' = 'out';
  private ahead = new Set<string>();

  constructor(url: string) {
    if (typeof BroadcastChannel === 'undefined') return;
    this.channel = new BroadcastChannel(`streams of ${url}`);
    this.channel.onmessage = (event: MessageEvent<Message>) => this.hear(event.data);
  }

  /** Says whether this tab may stream, and takes the place if so. */
  async take(): Promise<boolean> {
    if (!this.channel || this.state === 'in') return true;
    this.ahead = new Set();
    this.state = 'asking';
    this.channel.postMessage({ from: this.me } satisfies Message);
    await new Promise((resolve) => setTimeout(resolve, answerMs));
    if (this.state !== 'asking') return false; // given up meanwhile
    this.state = this.ahead.size < most ? 'in' : 'out';
    return this.state === 'in';
  }

  /** Gives the place to another tab. */
  leave(): void {
    this.state = 'out';
  }

  /** Takes no more part. */
  close(): void {
    this.leave();
    this.channel?.close();
  }

  private hear({ from, to }: Message): void {
    if (to === this.me) this.ahead.add(from);
    if (to !== undefined || this.state === 'out') return;
    // Of tabs that ask at the same time, as when a browser opens them all again, the lower name goes first.
    if (this.state === 'asking' && from < this.me) this.ahead.add(from);
    else this.channel?.postMessage({ from: this.me, to: from } satisfies Message);
  }
}

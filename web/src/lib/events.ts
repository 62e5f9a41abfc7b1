/**
 * What the server tells an open page: server-sent events while they come, polling whenever they do not. A tunnel that
 * buffers streams, a proxy that cuts them or a laptop that slept must not leave a page with old facts.
 */
import { StreamPlaces } from './streamPlaces';

/** `Events` says what each event carries, by its name: StaffEvents or CartEvents of the API's types. */
export interface SubscribeOptions<Events extends object> {
  /** The event stream. */
  url: string;
  /** What to do with the data of each event. */
  on: { [Name in keyof Events]: (data: Events[Name]) => void };
  /** Asks for the facts again: on every fall back to polling, and after a reconnect. */
  refresh: () => Promise<void> | void;
  /** Milliseconds between polls while the stream is silent. */
  pollEvery: () => number;
  /** Whether an event is due. An open stream that tells nothing is not trusted then: the facts are asked for now and then. */
  expecting?: () => boolean;
  /** Whether tabs of one browser leave each other connections; where not, the server counts them. */
  sharing?: boolean;
  /** Called when the stream opens or is lost. */
  onState?: (streaming: boolean) => void;
}

/** How long a stream may take to open before polling takes over, in milliseconds. */
const patienceMs = 4000;
/** Silence on an open stream (it beats every 15 s) after which it counts as lost, in milliseconds. */
const silenceMs = 40_000;
/** Until a lost stream is opened anew, in milliseconds. */
const reopenMs = 15_000;
/** Between two polls while an event is due, in milliseconds: a buffering tunnel keeps a stream open and swallows its events. */
const duePollMs = 8000;

/** Follows an event stream until the function it returns is called. */
export function subscribe<Events extends object>(options: SubscribeOptions<Events>): () => void {
  let source: EventSource | undefined;
  let pollTimer: ReturnType<typeof setTimeout> | undefined;
  let patienceTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;
  let stopped = false;
  const places = options.sharing ? new StreamPlaces(options.url) : undefined;

  function poll(): void {
    clearTimeout(pollTimer);
    pollTimer = setTimeout(async () => {
      try {
        await options.refresh();
      } catch {
        // The next poll tries again.
      }
      if (!stopped && source?.readyState !== EventSource.OPEN) poll();
    }, options.pollEvery());
  }

  function fallBack(): void {
    wasLost = true;
    options.onState?.(false);
    poll();
  }

  function reopenLater(): void {
    clearTimeout(reopenTimer);
    reopenTimer = setTimeout(begin, reopenMs);
  }

  /** Something came, so the stream is alive. */
  function heard(): void {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => {
      source?.close(); // it says that it is open, and nothing comes through
      fallBack();
      reopenLater();
    }, silenceMs);
  }

  function begin(): void {
    if (!places) return open();
    void places.take().then((may) => {
      if (may) return open();
      if (stopped) return;
      fallBack();
      reopenLater();
    });
  }

  function open(): void {
    if (stopped) return;
    source = new EventSource(options.url);
    patienceTimer = setTimeout(fallBack, patienceMs);
    source.onopen = () => {
      clearTimeout(patienceTimer);
      clearTimeout(pollTimer);
      heard();
      options.onState?.(true);
      if (wasLost) void options.refresh(); // whatever happened meanwhile
      wasLost = false;
    };
    source.onerror = () => {
      if (stopped) return;
      clearTimeout(silenceTimer);
      fallBack();
      // The browser gives up after an HTTP error; we do not.
      if (source?.readyState === EventSource.CLOSED) reopenLater();
    };
    source.addEventListener('beat', heard);
    for (const name in options.on) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        heard();
        options.on[name](JSON.parse(event.data));
      });
    }
  }

  const wake = (): void => {
    if (document.visibilityState === 'visible' && source?.readyState !== EventSource.OPEN) void options.refresh();
  };
  document.addEventListener('visibilitychange', wake);
  const net = setInterval(() => {
    if (source?.readyState === EventSource.OPEN && options.expecting?.()) void options.refresh();
  }, duePollMs);
  begin();

  return () => {
    stopped = true;
    source?.close();
    places?.close();
    clearInterval(net);
    clearTimeout(pollTimer);
    clearTimeout(patienceTimer);
    clearTimeout(silenceTimer);
    clearTimeout(reopenTimer);
    document.removeEventListener('visibilitychange', wake);
  };
}

/** Between two polls of the server, in milliseconds; each is longer than the one before. */
const pauses = [2000, 4000, 8000, 15_000];

/**
 * Calls back once, when the server answers or the browser has a connection again; the function it returns stops
 * waiting. For pages that show nothing without the server.
 */
export function onServerBack(back: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let tries = 0;
  let stopped = false;

  function wait(): void {
    timer = setTimeout(() => void poll(), pauses[Math.min(tries++, pauses.length - 1)]);
  }

  async function poll(): Promise<void> {
    clearTimeout(timer);
    const answered = await fetch('/healthz', { cache: 'no-store' }).then(
      (reply) => reply.ok,
      () => false,
    );
    if (stopped) return;
    if (!answered) return wait();
    stop();
    back();
  }

  function stop(): void {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener('online', online);
  }

  const online = (): void => void poll();
  window.addEventListener('online', online);
  wait();
  return stop;
}

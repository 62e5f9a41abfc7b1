import { api, call } from '../../api/client';
import type { ServerStatus } from '../../api/types';
import { session } from '../account/session.svelte';

/** Between two polls of the state of the machine under the shop, in milliseconds. */
const pollMs = 60_000;

/** The alarms that end on the page of payments. */
const waiting = ['payment_unapplied', 'refund_due'];

/** How the machine under the shop is doing; what staff must know of it stands on every page of theirs. */
class Health {
  status = $state.raw<ServerStatus>();
  /** Something of it should be looked at. */
  readonly troubled = $derived.by(
    () =>
      this.status !== undefined &&
      (!!this.status.degraded ||
        this.status.alarms.length > 0 ||
        this.status.warnings.length + this.status.payment_warnings.length > 0),
  );

  /** How many payments wait for a decision, or to be sent back: each has an alarm meanwhile. */
  readonly payments = $derived.by(() => this.status?.alarms.filter(({ kind }) => waiting.includes(kind)).length ?? 0);

  start(): () => void {
    const poll = (): void => {
      // What keeps the answer away is told by the page that is open.
      if (document.visibilityState === 'visible') void this.load().catch((error) => session.expired(error));
    };
    poll();
    const timer = setInterval(poll, pollMs);
    document.addEventListener('visibilitychange', poll);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', poll);
    };
  }

  async load(): Promise<void> {
    this.status = await call(api.GET('/api/status'));
  }

  /** An admin's word that the machine's clock is right. */
  async acceptClock(): Promise<void> {
    this.status = await call(api.POST('/api/status/accept-clock'));
  }

  /** An admin's word that so many old models may be deleted. */
  async confirmDeletion(files: number): Promise<void> {
    this.status = await call(api.POST('/api/status/confirm-deletion', { body: { files } }));
  }

  /** An admin's word that so many files, which nothing names, may go. */
  async confirmSweep(files: number): Promise<void> {
    this.status = await call(api.POST('/api/status/confirm-sweep', { body: { files } }));
  }
}

export const health = new Health();

/** Keeps a phone's screen on while something is being sent: a sleeping phone cuts its uploads. */
export class WakeLock {
  private sentinel: WakeLockSentinel | undefined;
  private wanted = false;
  private readonly again = (): void => {
    // The system drops the lock whenever the page is hidden.
    if (this.wanted && document.visibilityState === 'visible') void this.request();
  };

  hold(): void {
    if (this.wanted) return;
    this.wanted = true;
    document.addEventListener('visibilitychange', this.again);
    void this.request();
  }

  release(): void {
    if (!this.wanted) return;
    this.wanted = false;
    document.removeEventListener('visibilitychange', this.again);
    void this.sentinel?.release();
    this.sentinel = undefined;
  }

  private async request(): Promise<void> {
    try {
      this.sentinel = await navigator.wakeLock?.request('screen');
      if (!this.wanted) void this.sentinel?.release();
    } catch {
      // Refused on low battery or without https; the upload resumes after a cut in any case.
    }
  }
}

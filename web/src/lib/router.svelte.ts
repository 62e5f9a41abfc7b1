import { tick } from 'svelte';

import { followsLink } from './routes';

/**
 * The address bar as state. Links are ordinary links: clicks on those that this page owns are
 * followed without loading, everything else is the browser's.
 */
class Router {
  path = $state('/');
  query = $state(new URLSearchParams());
  /** Where somebody wants to go while something typed is not saved; LeaveQuestion asks, and answers with leave or stay. */
  leaving = $state.raw<URL>();
  private owns: (path: string) => boolean = () => true;
  private unsaved: (() => boolean)[] = [];
  private shown = '/';

  start(owns: (path: string) => boolean): void {
    this.owns = owns;
    this.read();
    window.addEventListener('popstate', () => this.back());
    // The browser asks by itself when the whole page goes.
    window.addEventListener('beforeunload', (event) => {
      if (this.holds()) event.preventDefault();
    });
    document.addEventListener('click', (event) => this.follow(event));
  }

  go(to: string, options: { replace?: boolean } = {}): void {
    const url = new URL(to, location.href);
    if (url.origin !== location.origin || !this.owns(url.pathname)) {
      location.assign(url);
      return;
    }
    const moved = url.pathname !== this.path;
    if (moved && this.holds()) {
      this.leaving = url;
      return;
    }
    if (options.replace) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    this.read();
    if (moved) window.scrollTo(0, 0);
  }

  /** Asks before the screen is left while `unsaved` says so. Returns what ends it. */
  hold(unsaved: () => boolean): () => void {
    this.unsaved.push(unsaved);
    return () => {
      this.unsaved = this.unsaved.filter((other) => other !== unsaved);
    };
  }

  /** The answer to `leaving`: what was typed is given up. */
  leave(): void {
    const to = this.leaving;
    this.unsaved = [];
    this.leaving = undefined;
    if (to) this.go(to.href);
  }

  stay(): void {
    this.leaving = undefined;
  }

  private holds(): boolean {
    return this.unsaved.some((unsaved) => unsaved());
  }

  /** The browser has moved already when it tells of Back, so the address is put back until the question is answered. */
  private back(): void {
    if (location.pathname !== this.path && this.holds()) {
      const to = new URL(location.href);
      history.pushState(null, '', this.shown);
      this.leaving = to;
      return;
    }
    this.read();
  }

  private read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.shown = location.href;
  }

  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || !link.href) return;
    const facts = {
      origin: link.origin,
      pathname: link.pathname,
      target: link.target,
      download: link.hasAttribute('download'),
    };
    if (!followsLink(facts, location, this.owns)) return;
    if (link.hash !== '' && link.pathname === location.pathname) return; // a jump within the page
    event.preventDefault();
    this.go(link.href);
  }
}

export const router = new Router();

/** After a change of screen, puts the keyboard and the screen reader at its heading. */
export async function focusHeading(): Promise<void> {
  await tick();
  const heading = document.querySelector<HTMLElement>('main h1');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

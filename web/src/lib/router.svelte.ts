import { tick } from 'svelte';

import { followsLink } from './routes';

/**
 * The address bar as state. Links are ordinary links: clicks on those that this page owns are
 * followed without loading, everything else is the browser's.
 */
class Router {
  path = $state('/');
  query = $state(new URLSearchParams());
  private owns: (path: string) => boolean = () => true;

  start(owns: (path: string) => boolean): void {
    this.owns = owns;
    this.read();
    window.addEventListener('popstate', () => this.read());
    document.addEventListener('click', (event) => this.follow(event));
  }

  go(to: string, options: { replace?: boolean } = {}): void {
    const url = new URL(to, location.href);
    if (url.origin !== location.origin || !this.owns(url.pathname)) {
      location.assign(url);
      return;
    }
    if (options.replace) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    const moved = url.pathname !== this.path;
    this.read();
    if (moved) window.scrollTo(0, 0);
  }

  private read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
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

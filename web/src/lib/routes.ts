import type { Component } from 'svelte';

/** A screen: the path it answers, with `:name` for a segment that varies, and how to load it. */
export interface Route {
  path: string;
  title: string;
  // Each screen names its own parameters; the pattern above is what promises them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  load: () => Promise<{ default: Component<any> }>;
}

export type Params = Record<string, string>;

/** The segments of a path that varied, or undefined when the path is not the pattern's. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = segments(pattern);
  const given = segments(path);
  if (wanted.length !== given.length) return undefined;
  const params: Params = {};
  for (const [i, want] of wanted.entries()) {
    const have = given[i]!;
    if (!want.startsWith(':')) {
      if (want !== have) return undefined;
      continue;
    }
    try {
      params[want.slice(1)] = decodeURIComponent(have);
    } catch {
      return undefined; // a broken escape is nobody's address
    }
  }
  return params;
}

/** The first route that answers a path. */
export function findRoute(routes: Route[], path: string): { route: Route; params: Params } | undefined {
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

/** Whether a click on this link is ours to follow without loading a page. */
export function followsLink(
  link: { origin: string; pathname: string; target: string; download: boolean },
  here: { origin: string },
  owns: (path: string) => boolean,
): boolean {
  if (link.origin !== here.origin || link.download) return false;
  if (link.target !== '' && link.target !== '_self') return false;
  return owns(link.pathname);
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

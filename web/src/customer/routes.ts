import type { Route } from '../lib/routes';

export const routes: Route[] = [
  { path: '/', title: 'Get a price', load: () => import('./Home.svelte') },
  { path: '/checkout', title: 'Checkout', load: () => import('./Checkout.svelte') },
  { path: '/order/:token', title: 'Your order', load: () => import('./Order.svelte') },
  { path: '/return/:intent', title: 'Payment', load: () => import('./Return.svelte') },
  { path: '/terms', title: 'Terms', load: () => import('./Terms.svelte') },
];

export const notFound: Route = { path: '', title: 'Page not found', load: () => import('./NotFound.svelte') };

/** Staff pages, files and the API are not this page's to show. */
export function owns(path: string): boolean {
  return !/^\/(staff|api|f)(\/|$)/.test(path);
}

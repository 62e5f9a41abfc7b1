import type { Route } from '../lib/routes';

/** Screens behind the log-in, in the order of the menu. */
export const routes: Route[] = [
  { path: '/staff', title: 'Orders', load: () => import('./Orders.svelte') },
  { path: '/staff/orders/:id', title: 'Order', load: () => import('./OrderPage.svelte') },
  { path: '/staff/jobs', title: 'Jobs', load: () => import('./Jobs.svelte') },
  { path: '/staff/counter', title: 'Counter order', load: () => import('./Counter.svelte') },
  { path: '/staff/settings', title: 'Settings', load: () => import('./Settings.svelte') },
  { path: '/staff/tasks', title: 'Tasks', load: () => import('./Tasks.svelte') },
];

/** Screens for people who are not logged in. */
export const openRoutes: Route[] = [
  { path: '/staff/login', title: 'Log in', load: () => import('./Login.svelte') },
  { path: '/staff/setup/:token', title: 'Set up the shop', load: () => import('./Setup.svelte') },
];

export const notFound: Route = { path: '', title: 'Page not found', load: () => import('./NotFound.svelte') };

export function owns(path: string): boolean {
  return path === '/staff' || path.startsWith('/staff/');
}

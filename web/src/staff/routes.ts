import type { Route } from '../lib/routes';

/** Screens behind the log-in, in the order of the menu. */
export const routes: Route[] = [
  { path: '/staff', title: 'Orders', load: () => import('../features/order/OrdersPage.svelte') },
  { path: '/staff/orders/:id', title: 'Order', load: () => import('../features/order/StaffOrderPage.svelte') },
  { path: '/staff/jobs', title: 'Jobs', load: () => import('../features/job/JobsPage.svelte') },
  { path: '/staff/counter', title: 'Counter order', load: () => import('../features/order/NewOrderPage.svelte') },
  { path: '/staff/settings', title: 'Settings', load: () => import('./SettingsPage.svelte') },
  { path: '/staff/people', title: 'People', load: () => import('./PeoplePage.svelte') },
  { path: '/staff/tasks', title: 'Background work', load: () => import('../features/task/TasksPage.svelte') },
  { path: '/staff/account', title: 'Your account', load: () => import('../features/account/AccountPage.svelte') },
];

/** Screens for people who are not logged in. */
export const openRoutes: Route[] = [
  { path: '/staff/login', title: 'Log in', load: () => import('../features/account/LoginPage.svelte') },
  {
    path: '/staff/link/:token',
    title: 'Choose a password',
    load: () => import('../features/account/LinkPage.svelte'),
  },
  { path: '/staff/setup/:token', title: 'Set up the shop', load: () => import('../features/ops/SetupPage.svelte') },
];

export const notFound: Route = { path: '', title: 'Page not found', load: () => import('./NotFound.svelte') };

export function owns(path: string): boolean {
  return path === '/staff' || path.startsWith('/staff/');
}

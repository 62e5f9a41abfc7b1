import Banknote from '@lucide/svelte/icons/banknote';
import Kanban from '@lucide/svelte/icons/kanban';
import Package from '@lucide/svelte/icons/package';
import Receipt from '@lucide/svelte/icons/receipt-text';
import Settings from '@lucide/svelte/icons/settings-2';

import { events } from '../features/event/events.svelte';
import { health } from '../features/ops/health.svelte';
import { matchPath, type Route } from '../lib/routes';
import type { MenuRoute } from '../ui/shell/menu';

/** Screens behind the log-in. The side menu is made of them, in this order. */
export const routes: MenuRoute[] = [
  {
    path: '/staff',
    title: 'Orders',
    menu: { icon: Package, count: () => events.open },
    load: () => import('../features/order/OrdersPage.svelte'),
  },
  {
    path: '/staff/orders/new',
    title: 'Counter order',
    under: '/staff',
    load: () => import('../features/order/CounterOrderPage.svelte'),
  },
  {
    path: '/staff/orders/:id',
    title: 'Order',
    under: '/staff',
    load: () => import('../features/order/StaffOrderPage.svelte'),
  },
  {
    path: '/staff/invoices',
    title: 'Invoices',
    menu: { icon: Receipt },
    load: () => import('../features/billing/InvoicesPage.svelte'),
  },
  {
    path: '/staff/payments',
    title: 'Payments',
    menu: { icon: Banknote, count: () => health.payments, hot: true },
    load: () => import('../features/billing/UnappliedPage.svelte'),
  },
  { path: '/staff/jobs', title: 'Jobs', menu: { icon: Kanban }, load: () => import('../features/job/JobsPage.svelte') },
  { path: '/staff/settings', title: 'Settings', menu: { icon: Settings }, load: () => import('./SettingsPage.svelte') },
  {
    path: '/staff/machines',
    title: 'Machines',
    under: '/staff/settings',
    load: () => import('../features/catalog/MachinesPage.svelte'),
  },
  {
    path: '/staff/settings/terms',
    title: 'Terms',
    under: '/staff/settings',
    load: () => import('../features/setting/TermsSettingsPage.svelte'),
  },
  {
    path: '/staff/settings/refused',
    title: 'Refused models',
    under: '/staff/settings',
    load: () => import('../features/setting/RefusedModelsPage.svelte'),
  },
  { path: '/staff/people', title: 'People', under: '/staff/settings', load: () => import('./PeoplePage.svelte') },
  {
    path: '/staff/tasks',
    title: 'Background work',
    under: '/staff/settings',
    load: () => import('../features/task/TasksPage.svelte'),
  },
  {
    path: '/staff/activity',
    title: 'Activity',
    under: '/staff/settings',
    load: () => import('../features/ops/ActivityPage.svelte'),
  },
  {
    path: '/staff/status',
    title: 'Status',
    under: '/staff/settings',
    load: () => import('../features/ops/StatusPage.svelte'),
  },
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

/** Where a path leads that is no page itself: that of an order, cut short, to the list that it is in. */
export function leadsTo(path: string): string | undefined {
  return matchPath('/staff/orders', path) && '/staff';
}

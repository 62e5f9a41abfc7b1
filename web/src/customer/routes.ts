import type { Route } from '../lib/routes';

export const routes: Route[] = [
  { path: '/', title: 'Get a price', load: () => import('../features/cart/CartPage.svelte') },
  { path: '/checkout', title: 'Checkout', load: () => import('../features/order/CheckoutPage.svelte') },
  { path: '/order/:token', title: 'Your order', load: () => import('../features/order/CustomerOrderPage.svelte') },
  { path: '/return/:intent', title: 'Payment', load: () => import('../features/card/ReturnPage.svelte') },
  { path: '/terms', title: 'Terms', load: () => import('../features/setting/TermsPage.svelte') },
  { path: '/terms/:version', title: 'Terms', load: () => import('../features/setting/TermsPage.svelte') },
];

export const notFound: Route = { path: '', title: 'Page not found', load: () => import('./NotFound.svelte') };

/** Where an order begins: before the shop is set up, none does. */
export function begins(path: string): boolean {
  return path === '/' || path === '/checkout';
}

/** Staff pages, files and the API are the server's to answer. */
export function owns(path: string): boolean {
  return !/^\/(staff|api|f)(\/|$)/.test(path);
}

import { api, call } from '../../api/client';
import type { StaffOrder } from '../../api/types';

/** The last link that was made on this page: what it is stands nowhere else, so another one need not be made for it. */
let last = $state.raw<{ id: string; url: string }>();

/** The link that was made here for an order, while it still works. */
export function madeLink(order: Pick<StaffOrder, 'links'>): string {
  return last && order.links.some(({ id }) => id === last?.id) ? last.url : '';
}

/** Makes a link to an order for its customer. */
export async function makeLink(order: Pick<StaffOrder, 'id'>): Promise<void> {
  last = await call(api.POST('/api/orders/{id}/link', { params: { path: { id: order.id } } }));
}

/** What becomes of earlier links when one more is made. */
export function linkWords(order: Pick<StaffOrder, 'links' | 'max_links'>): string {
  return order.links.length < order.max_links
    ? 'Earlier links keep working.'
    : `${order.max_links} links work, which is the most. End one that nobody needs under “Customer’s links” to make a new one.`;
}

/** Whether as many links work as may: for a new one, one of them is to be ended first. */
export function linksFull(order: Pick<StaffOrder, 'links' | 'max_links'>): boolean {
  return order.links.length >= order.max_links;
}

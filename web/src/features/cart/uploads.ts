import { shop } from '../../lib/shop.svelte';
import { UploadQueue } from '../../upload/queue.svelte';
import { cartStore } from './cart.svelte';

/** Files on their way to the cart. One queue for all screens: it goes on at checkout, which waits for it. */
export const uploads = new UploadQueue(
  () => shop.now.limits,
  () => cartStore.cart.parts.length,
  () => cartStore.refresh(),
);

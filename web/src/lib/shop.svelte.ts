import { api, call } from '../api/client';
import type { Shop } from '../api/types';
import { setConventions } from './format';
import { theme } from './theme.svelte';

/** The shop's facts, fetched once when the page starts. */
class ShopFacts {
  facts = $state.raw<Shop | undefined>(undefined);

  async load(): Promise<Shop> {
    const shop = await call(api.GET('/api/shop'));
    setConventions(shop);
    if (shop.accent) theme.setAccent(shop.accent);
    this.facts = shop;
    return shop;
  }

  /** For screens below the shell, which shows none of them before the facts are here. */
  get now(): Shop {
    if (!this.facts) throw new Error('the shop was not loaded yet');
    return this.facts;
  }
}

export const shop = new ShopFacts();

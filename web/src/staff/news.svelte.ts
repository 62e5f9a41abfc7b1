import { api, call } from '../api/client';
import type { OrderRow } from '../api/types';
import { live } from '../lib/live';
import { chime } from '../lib/sound';
import { toast } from '../ui/toast';
import { arrivals } from './arrivals';

/** Counters that move when something changed; screens that show it read them and load again. */
class News {
  orders = $state(0);
  jobs = $state(0);
  tasks = $state(0);
  /** The stream is open; otherwise lists are asked for every five seconds. */
  streaming = $state(false);
  private seen: Set<string> | undefined;

  start(): () => void {
    return live({
      url: '/api/events',
      on: {
        order: (data) => {
          const event = data as { id: string; number: string; change: 'new' | 'changed' };
          if (event.change === 'new') this.arrived([event]);
          this.orders++;
        },
        job: () => this.jobs++,
        task: () => this.tasks++,
      },
      refresh: () => this.poll(),
      pollEvery: () => 5000,
      onState: (streaming) => (this.streaming = streaming),
    });
  }

  private async poll(): Promise<void> {
    const list = await call(api.GET('/api/invoices', { params: { query: { tab: 'all' } } }));
    const found = arrivals(list.orders, this.seen);
    this.seen = found.seen;
    if (found.fresh.length > 0) this.arrived(found.fresh);
    this.orders++;
    this.jobs++;
    this.tasks++;
  }

  private arrived(orders: Pick<OrderRow, 'id' | 'number'>[]): void {
    this.seen ??= new Set();
    const fresh = orders.filter((order) => !this.seen!.has(order.id));
    for (const order of orders) this.seen.add(order.id);
    if (fresh.length === 0) return;
    chime();
    toast.info(`New order ${fresh.map((order) => order.number).join(', ')}`);
  }
}

export const news = new News();

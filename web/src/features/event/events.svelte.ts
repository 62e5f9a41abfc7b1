import { api, call } from '../../api/client';
import type { OrderRow } from '../../api/types';
import { live } from '../../lib/events';
import { chime } from '../../lib/sound';
import { toast } from '../../ui/toast';
import { arrivals } from './newOrders';

/** Counters that move when something changed; screens that show it read them and load again. */
class News {
  orders = $state(0);
  jobs = $state(0);
  tasks = $state(0);
  /** The stream is away, and lists are asked for every five seconds. */
  lost = $state(false);
  /** Orders that a poll has shown; undefined before the first one. */
  private seen: ReadonlySet<string> | undefined;
  /** Orders that were told of, by the stream or by a poll. */
  private readonly told: string[] = [];

  start(): () => void {
    // What is there now is not news, but what comes while the stream is silent must be.
    void this.poll().catch(() => undefined);
    return live({
      url: '/api/events',
      on: {
        order: (data) => {
          const event = data as { id: string; number: string; change: 'new' | 'changed' };
          if (event.change === 'new') this.tell([event]);
          this.orders++;
        },
        job: () => this.jobs++,
        task: () => this.tasks++,
      },
      refresh: () => this.poll(),
      pollEvery: () => 5000,
      onState: (streaming) => (this.lost = !streaming),
    });
  }

  private async poll(): Promise<void> {
    const list = await call(api.GET('/api/invoices', { params: { query: { tab: 'all' } } }));
    const found = arrivals(list.orders, this.seen);
    this.seen = found.seen;
    this.tell(found.fresh);
    this.orders++;
    this.jobs++;
    this.tasks++;
  }

  /** News of an order may come by the stream and by a poll; it is told once. */
  private tell(orders: Pick<OrderRow, 'id' | 'number'>[]): void {
    const fresh = orders.filter((order) => !this.told.includes(order.id));
    if (fresh.length === 0) return;
    this.told.push(...fresh.map((order) => order.id));
    chime();
    toast.info(`New order ${fresh.map((order) => order.number).join(', ')}`);
  }
}

export const news = new News();

import { api, call } from '../../api/client';
import type { OrderList, OrderRow, Schemas } from '../../api/types';
import { subscribe } from '../../lib/events';
import { chime } from '../../lib/sound';
import { toast } from '../../ui/toast';
import { newOrders } from './newOrders';

/** Counters that move when something changed; screens that show it read them and load again. */
class StaffEvents {
  orders = $state(0);
  jobs = $state(0);
  tasks = $state(0);
  people = $state(0);
  alarms = $state(0);
  /** How many orders are open, as the last list of them said; undefined before the first. */
  open = $state<number>();
  /** The stream is away, and lists are asked for every five seconds. */
  lost = $state(false);
  /** Orders that a poll has shown; undefined before the first one. */
  private seen: ReadonlySet<string> | undefined;
  /** Orders that were announced, by the stream or by a poll. */
  private readonly announced: string[] = [];
  private counting: ReturnType<typeof setTimeout> | undefined;

  /** `refused` hears why a poll got no answer: the session may have ended. */
  start(refused: (error: unknown) => void): () => void {
    // Orders that are there now are not announced, but those that come while the stream is silent must be.
    const poll = (): Promise<void> => this.poll().catch(refused);
    void poll();
    return subscribe<Schemas['StaffEvents']>({
      url: '/api/events',
      on: {
        order_placed: (event) => {
          this.announce([event]);
          this.ordersMoved();
        },
        order_changed: () => this.ordersMoved(),
        invoice_changed: () => this.orders++,
        job_changed: () => this.jobs++,
        task_changed: () => this.tasks++,
        user_changed: () => this.people++,
        alarm_changed: () => this.alarms++,
      },
      refresh: poll,
      pollEvery: () => 5000,
      sharing: true,
      onState: (streaming) => (this.lost = !streaming),
    });
  }

  private ordersMoved(): void {
    this.orders++;
    // An order changes in bursts: one question for the number is enough for all of them.
    clearTimeout(this.counting);
    this.counting = setTimeout(() => void this.list().catch(() => undefined), 1000);
  }

  private async poll(): Promise<void> {
    const list = await this.list();
    const found = newOrders(list.orders, this.seen);
    this.seen = found.seen;
    this.announce(found.added);
    this.orders++;
    this.jobs++;
    this.tasks++;
    this.people++;
    this.alarms++;
  }

  private async list(): Promise<OrderList> {
    const list = await call(api.GET('/api/orders', { params: { query: { tab: 'all' } } }));
    this.open = list.counts?.open;
    return list;
  }

  /** A new order may come by the stream and by a poll; it is announced once. */
  private announce(orders: Pick<OrderRow, 'id' | 'number'>[]): void {
    const added = orders.filter((order) => !this.announced.includes(order.id));
    if (added.length === 0) return;
    this.announced.push(...added.map((order) => order.id));
    chime();
    toast.info(`New order ${added.map((order) => order.number).join(', ')}.`);
  }
}

export const events = new StaffEvents();

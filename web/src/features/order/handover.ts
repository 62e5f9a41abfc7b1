import type { Schemas, StaffOrder } from '../../api/types';
import type { FieldErrors } from '../../lib/form.svelte';
import { money, parseMoney } from '../../lib/format';

type Copies = StaffOrder['copies'][number];

/** How what is owed is taken as something leaves; an admin may leave it. Nothing until somebody says so. */
export type HandoverMethod = 'cash' | 'terminal' | 'transfer' | 'unpaid' | '';

/** What is typed when something leaves the shop. */
export interface HandoverValues {
  kind: 'COLLECTED' | 'SENT';
  collected_by: string;
  carrier: string;
  tracking_number: string;
  /** How many of each item leave, by its id. */
  items: Record<string, number>;
  method: HandoverMethod;
  reference: string;
  unpaid_reason: string;
  costs: string;
  costs_reason: string;
}

/** How many copies of each item leave unless somebody says otherwise: what is packed or, where nothing is, what is made. */
export function readyCopies(copies: Copies[]): Record<string, number> {
  const packed = copies.some((item) => item.ready > 0);
  const here = copies.filter((item) => item.here > 0);
  return Object.fromEntries(here.map((item) => [item.item_id, packed ? item.ready : item.here]));
}

/** How many copies of an order are here or to come once so many of each item have left. */
export function staysAfter(copies: Copies[], leave: Record<string, number>): number {
  return copies.reduce(
    (sum, item) => sum + item.here + item.to_come - (item.here > 0 ? (leave[item.item_id] ?? 0) : 0),
    0,
  );
}

/** What is here of an item, and where: "4 here, on B3" or "4 here, 1 of them packed". */
export function hereWords(item: Copies): string {
  const shelf = item.shelf ? `, on ${item.shelf}` : '';
  if (item.ready >= item.here) return `${item.here} here${shelf}`;
  return item.ready === 0
    ? `${item.here} here, not packed yet`
    : `${item.here} here, ${item.ready} of them packed${shelf}`;
}

/**
 * Where the copies of a customer's item are: "2 collected, 3 ready, 1 to come", and how many are not made after all; nothing while there
 * is nothing to tell. Of a part that was left out, or of an order that is not made, something else tells that.
 */
export function whereWords(
  item: Pick<Schemas['OrderItemView'], 'left' | 'ready' | 'to_come' | 'copies' | 'left_out'>,
  { sent, stopped = false }: { sent: boolean; stopped?: boolean },
): string {
  const off = stopped || item.left_out ? 0 : item.copies - item.left - item.ready - item.to_come;
  if (item.left === 0 && off === 0 && (item.ready === 0 || item.to_come === 0)) return '';
  if (item.left === item.copies) return sent ? 'All sent' : 'All handed over';
  if (off === item.copies) return 'We’re not making this part after all.';
  return [
    item.left > 0 ? `${item.left} ${sent ? 'sent' : 'handed over'}` : '',
    item.ready > 0 ? `${item.ready} ready` : '',
    item.to_come > 0 ? `${item.to_come} to come` : '',
    off > 0 ? `${off} not made after all` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** With whom copies left: "Collected by Lin Wei", or the carrier. Of before handovers were written down, only how. */
export function withWords(handover: { kind: string; collected_by?: string; carrier?: string }): string {
  if (handover.kind === 'SENT') return handover.carrier || 'Sent';
  return handover.collected_by ? `Collected by ${handover.collected_by}` : 'Collected';
}

/** What each item is called, by its id; of those with one name, the colour tells which is meant. */
export function namesOf(items: Pick<Schemas['OrderItemView'], 'id' | 'name' | 'colour'>[]): Record<string, string> {
  const named = (name: string): number => items.filter((item) => item.name === name).length;
  return Object.fromEntries(
    items.map(({ id, name, colour }) => [id, named(name) > 1 && colour ? `${name}, ${colour}` : name]),
  );
}

/** A line of what a handover holds: "1 × clip.stl", as the copies that stay are told of beside it. */
export function lineWords(
  line: { item_id: string; name?: string; copies: number },
  names: Record<string, string>,
): string {
  const name = names[line.item_id] ?? line.name ?? '';
  return `${line.copies} × ${name}`;
}

/** What an order costs without what was cancelled of it, where a handover asks that: money is taken for it, or nothing stays. */
export function costsAsked(order: Pick<StaffOrder, 'balance' | 'handover_costs'>, stays: number): number | undefined {
  return stays === 0 || order.balance > 0 ? order.handover_costs : undefined;
}

/** What is wrong with a price that is said for an order of which some was cancelled: worked is the one that needs no reason. */
export function checkCosts(typed: string, reason: string, worked: number, asked: number): FieldErrors {
  const cents = parseMoney(typed);
  if (cents === undefined) return { costs: 'Enter what it costs, like 15 or 15.50.', costs_reason: '' };
  return {
    costs: cents > asked ? `Enter ${money(asked)} or less: that is what all of it cost.` : '',
    costs_reason: cents === worked || reason.trim() ? '' : 'Say why the price is different.',
  };
}

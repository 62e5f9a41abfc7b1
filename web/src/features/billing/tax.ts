import type { PriceRow, StaffOrder } from '../../api/types';

type Taxed = Pick<StaffOrder, 'adjusted' | 'asked_tax' | 'price'>;

/** The rows of an order's price; once it costs less, without the tax that was in the price of before. */
export function askedRows(order: Taxed): PriceRow[] {
  const rows = order.price?.rows ?? [];
  return order.adjusted > 0 ? rows.filter((row) => !row.included) : rows;
}

/** The tax in what an order costs now, where that is less than its price. */
export function taxRows(order: Taxed): { label: string; amount: number; quiet: true }[] {
  const row = order.price?.rows.find(({ kind }) => kind === 'tax');
  if (order.adjusted === 0 || !row) return [];
  const label = row.label.startsWith('Includes') ? row.label : `Includes ${row.label}`;
  return [{ label, amount: order.asked_tax, quiet: true }];
}

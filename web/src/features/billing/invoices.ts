import type { InvoiceRow } from '../../api/types';
import { isoDay } from '../../lib/format';

/** How StateBadge shows an invoice: overdue and partly paid are derived from what is stored. */
export function invoiceState(invoice: InvoiceRow, now: number): string {
  if (invoice.state !== 'PENDING') return invoice.state;
  if (invoice.due && invoice.due < isoDay(now)) return 'OVERDUE';
  return invoice.balance > 0 && invoice.balance < invoice.total - invoice.adjusted ? 'PARTLY_PAID' : 'PENDING';
}

/** What an invoice is called in a sentence. */
export function invoiceName(invoice: InvoiceRow): string {
  if (invoice.number) return invoice.number;
  return invoice.order_number ? `The draft for ${invoice.order_number}` : `The draft for ${invoice.customer}`;
}

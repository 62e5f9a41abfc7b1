import type { InvoiceRow, Permission } from '../../api/types';
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

/** What brings an invoice on, as the button says that leads to its order; '' where it waits for nobody who asks. */
export function nextStep(invoice: InvoiceRow, may: readonly Permission[]): string {
  if (invoice.due_back > 0) return may.includes('decide_payment') ? 'Refund' : '';
  if (invoice.state !== 'DRAFT' && invoice.state !== 'PENDING') return '';
  if (invoice.balance > 0) return may.includes('take_payment') ? 'Take payment' : '';
  return invoice.state === 'DRAFT' && may.includes('release_order') ? 'Release' : '';
}

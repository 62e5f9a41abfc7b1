import type { StaffOrder } from '../../api/types';

/** A payment of which a bank took something for good, and nobody decided what becomes of that. */
export interface LostPayment {
  id: string;
  amount: number;
  undecided: number;
  /** What of it was refunded otherwise: nobody is asked for that. */
  returned: number;
  currency?: string;
  version: number;
}

/** What a decision about a lost payment is about. */
export function takenBack(payment: Pick<LostPayment, 'amount' | 'undecided' | 'returned'>): number {
  return Math.max(Math.min(payment.undecided, payment.amount - payment.returned), 0);
}

type Money = Pick<StaffOrder, 'invoice_state' | 'balance' | 'total' | 'adjusted' | 'disputed' | 'undecided'>;

/** How an order’s invoice is shown: money that a bank may take, or took, is not simply paid. */
export function moneyState(order: Money): string | undefined {
  const state = order.invoice_state;
  if (!state || state === 'DRAFT' || state === 'VOID') return undefined;
  if (order.undecided > 0) return 'LOST';
  if (order.disputed > 0) return 'DISPUTED';
  const partly = state === 'PENDING' && order.balance > 0 && order.balance < order.total - order.adjusted;
  return partly ? 'PARTLY_PAID' : state;
}

type Missing = Pick<StaffOrder, 'open_refunds' | 'disputed' | 'undecided'>;

/** What became of money that was paid and is missing: "was refunded", say. */
export function missingWords({ open_refunds, disputed, undecided }: Missing): string {
  if (open_refunds > 0 && disputed + undecided > 0) return 'was refunded or is disputed';
  if (undecided > 0) return disputed > 0 ? 'is disputed or was lost to the cardholder’s bank' : 'was taken back by the cardholder’s bank'; // prettier-ignore
  return disputed > 0 ? 'is disputed' : 'was refunded';
}

/** The first of an order’s payments that a bank took for good and about which somebody may decide now. */
export function lostPayment(order: Pick<StaffOrder, 'payments'>): StaffOrder['payments'][number] | undefined {
  return order.payments.find(({ actions }) => actions.includes('answer_dispute'));
}

/** The same of the payment that was asked about, as it is now, though another was lost meanwhile. */
export function samePayment(
  order: Pick<StaffOrder, 'payments'>,
  asked: StaffOrder['payments'][number],
): StaffOrder['payments'][number] {
  return order.payments.find(({ id }) => id === asked.id) ?? asked;
}

/** Stripe’s page of the dispute that the bank decides about, where it is answered. */
export function stripeOf(order: Pick<StaffOrder, 'disputes'>): string | undefined {
  return order.disputes.find(({ state }) => state === 'open')?.stripe_url;
}

import { expect, test, type Browser, type Page } from '@playwright/test';

import { bracket } from '../support/models';
import {
  counterOrder,
  customerPage,
  fillCheckout,
  orderNumber,
  payOnStandIn,
  pick,
  picture,
  priced,
  publicURL,
  staffPage,
  standInKey,
} from '../support/shop';

/** A customer's order that was paid by card, and where Stripe's stand-in is. */
async function paidByCard(browser: Browser, file = bracket()): Promise<{ page: Page; number: string; stripe: string }> {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, file);
  await priced(page, file.name);
  await fillCheckout(page, { name: 'Rita Moss', payment: /^Card/ });
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.waitForURL((url) => url.origin !== publicURL());
  const stripe = new URL(page.url()).origin;
  await payOnStandIn(page);
  await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible({ timeout: 45_000 });
  return { page, number: await orderNumber(page), stripe };
}

/** What somebody does in Stripe's dashboard: some of an order's payment goes back. */
async function refundInStripe(staff: Page, stripe: string, cents: number): Promise<void> {
  const id = staff.url().split('/').pop();
  const order = await (await staff.request.get(`/api/orders/${id}`)).json();
  const answer = await staff.request.post(`${stripe}/v1/refunds`, {
    headers: standInKey,
    form: { payment_intent: order.payments[0].reference, amount: String(cents) },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

const money = (staff: Page) => staff.getByRole('complementary', { name: 'Money and customer' });

test('a refund made in Stripe is on the customer’s page, and is owed only when staff say so', async ({ browser }) => {
  const { page, number, stripe } = await paidByCard(browser);
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await expect(staff.getByRole('heading', { level: 1, name: number })).toBeVisible();
  await refundInStripe(staff, stripe, 500);
  await expect(money(staff).getByText('$5.00 was refunded', { exact: true })).toBeVisible();
  await expect(money(staff).getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/)).toBeVisible();
  // It calls for attention on every page until an admin has answered it.
  const notes = staff.getByRole('region', { name: 'This server' });
  const alarm = notes.getByText(`${number}: $5.00 was refunded, and nobody has said yet what that means.`);
  await notes
    .locator('summary')
    .filter({ hasText: /needs? attention/ })
    .click();
  await expect(alarm).toBeVisible();
  await picture(staff, 'staff-order-refunded');

  await page.reload();
  const payment = page.getByRole('complementary', { name: 'Payment and delivery' });
  await expect(payment.getByText(/^Refunded to the card/)).toBeVisible();
  await expect(payment).toContainText('$5.00');
  await expect(payment.getByText('Still to pay')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Payment', exact: true })).toBeVisible();
  await picture(page, 'order-refunded');

  // One question, and the other answer: it is owed again, on the page where it can be paid.
  await money(staff).getByRole('button', { name: 'Settle the refund…' }).click();
  const dialog = staff.getByRole('dialog', { name: /Is it still owed/ });
  await dialog.getByRole('radio', { name: 'It is owed again' }).check();
  await dialog.getByRole('button', { name: 'It is owed again' }).click();
  await expect(dialog).toBeHidden();
  await expect(alarm).toHaveCount(0);
  await expect(money(staff).getByText('Still to pay', { exact: true }).locator('..')).toContainText('$5.00');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'To pay: $5.00' })).toBeVisible();

  await refundInStripe(staff, stripe, 100);
  await expect(money(staff).getByText('$1.00 was refunded', { exact: true })).toBeVisible();
  await money(staff).getByRole('button', { name: 'Settle the refund…' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'The order costs less' }).click();
  await expect(money(staff).getByText('Still to pay', { exact: true }).locator('..')).toContainText('$5.00');
  await page.context().close();
  await staff.context().close();
});

test('a payment entered by mistake is reversed with a reason', async ({ browser }) => {
  const staff = await staffPage(browser);
  await counterOrder(staff, 'mistake.stl', 'Cash now');
  // A colleague asks the same, and is slower.
  const late = await staffPage(browser);
  await late.goto(staff.url());
  await money(late).getByRole('button', { name: 'Reverse $15.00, cash…' }).click();
  await money(staff).getByRole('button', { name: 'Reverse $15.00, cash…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Reverse the payment of $15.00?' });
  await dialog.getByRole('button', { name: 'Reverse the payment' }).click();
  await expect(dialog.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Reason').fill('It was for the order before');
  await dialog.getByRole('button', { name: 'Reverse the payment' }).click();
  await expect(dialog).toBeHidden();
  await expect(money(staff).getByText('Still to pay', { exact: true }).locator('..')).toContainText('$15.00');
  await expect(money(staff).getByText('was entered by mistake and is reversed.')).toBeVisible();
  await expect(money(staff).getByText(/^Invoice INV-/)).toBeVisible();
  await expect(staff.getByText('On hold', { exact: true }).first()).toBeVisible();
  await picture(staff, 'staff-order-reversed');
  const again = late.getByRole('dialog', { name: 'Reverse the payment of $15.00?' });
  await again.getByLabel('Reason').fill('It was for the order before');
  await again.getByRole('button', { name: 'Reverse the payment' }).click();
  await expect(
    again.getByText(/^Sam Keeper .*So this no longer applies: the page now shows how things stand\.$/),
  ).toBeVisible();
  await expect(money(late).getByText('was entered by mistake and is reversed.')).toBeVisible();
  await picture(late, 'staff-reversed-meanwhile');
  await again.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(again).toBeHidden();
  await late.context().close();

  // Paid at the terminal after all, to the cent, its jobs go on.
  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Card terminal' }).check();
  await staff.getByRole('button', { name: 'Record the payment' }).click();
  await expect(money(staff).getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/)).toBeVisible();
  await expect(staff.getByText('On hold', { exact: true })).toHaveCount(0);
  await staff.context().close();
});

test('a paid order that is cancelled says what is due back, until it is noted as sent back', async ({ browser }) => {
  const staff = await staffPage(browser);
  const number = await counterOrder(staff, 'cancelled.stl', 'Card terminal');
  await staff.getByRole('button', { name: /^More/ }).first().click();
  await staff.getByRole('menuitem', { name: 'Cancel order…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Cancel ${number}?` });
  await expect(dialog.getByText('$15.00 has to be refunded')).toBeVisible();
  await picture(staff, 'staff-cancel-paid');
  await dialog.getByLabel('Reason').fill('The printer broke');
  await dialog.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(dialog).toBeHidden();
  await expect(money(staff).getByRole('button', { name: 'Mark as sent back: $15.00, card terminal…' })).toBeVisible();

  // What is to be done with it now comes first, and asks how it went back.
  await staff.getByRole('button', { name: 'Mark as sent back…' }).click();
  const first = staff.getByRole('dialog', { name: 'How was $15.00 sent back?' });
  await expect(first.getByLabel('Reference')).toBeVisible();
  await first.getByRole('button', { name: 'Not now' }).click();
  await expect(first).toBeHidden();
  await expect(staff.getByRole('button', { name: /: Start printing$/ })).toHaveCount(0); // its jobs are stopped
  await staff
    .locator('summary')
    .filter({ hasText: /needs? attention/ })
    .click();
  await expect(staff.getByText(`$15.00 has to be refunded for ${number}.`)).toBeVisible();

  await staff.getByRole('link', { name: /^Payments/ }).click();
  await expect(staff.getByRole('heading', { level: 1, name: 'Payments' })).toBeVisible();
  const due = staff.getByRole('listitem').filter({ hasText: number });
  await expect(due.getByText('To send back')).toBeVisible();
  await picture(staff, 'staff-refunds-due');
  await due.getByRole('button', { name: /^Mark as sent back/ }).click();
  const how = staff.getByRole('dialog', { name: 'How was $15.00 sent back?' });
  await how.getByLabel('Reference').fill('slip 77');

  // A colleague is asked the same meanwhile, and is told who was quicker; what they typed stays.
  const other = await staffPage(browser);
  await other.goto('/staff/payments');
  const same = other.getByRole('listitem').filter({ hasText: number });
  await same.getByRole('button', { name: /^Mark as sent back/ }).click();
  const late = other.getByRole('dialog', { name: 'How was $15.00 sent back?' });
  await late.getByLabel('Reference').fill('slip 78');
  await how.getByRole('button', { name: 'Mark as sent back' }).click();
  await expect(how).toBeHidden();
  await late.getByRole('button', { name: 'Mark as sent back' }).click();
  await expect(late.getByText(/^Sam Keeper changed this on .* So this no longer applies/)).toBeVisible();
  await expect(late.getByLabel('Reference')).toHaveValue('slip 78');
  await other.context().close();
  await expect(due.getByText(/slip 77/)).toBeVisible();
  await expect(staff.getByText(`$15.00 has to be refunded for ${number}.`)).toHaveCount(0);
  await staff.context().close();
});

test('a paid order whose files must not stay is refused and its files are deleted', async ({ browser }) => {
  const { page, number } = await paidByCard(browser, bracket('refused.stl', 1.31)); // no other story sends it
  // Somebody else has the same model in their cart by then.
  const other = await customerPage(browser);
  await other.goto('/');
  await pick(other, bracket('same.stl', 1.31));
  await priced(other, 'same.stl');
  const third = await customerPage(browser);
  await third.goto('/');
  await pick(third, bracket('third.stl', 1.31));
  await priced(third, 'third.stl');
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: /^More/ }).first().click();
  await staff.getByRole('menuitem', { name: 'Refuse and delete the files…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Refuse ${number} and delete its files?` });
  await expect(dialog.getByText(/has to be refunded/)).toBeVisible();
  await dialog.getByLabel('Reason').fill('We do not print this.');
  await picture(staff, 'staff-refuse-and-delete');
  await dialog.getByRole('button', { name: 'Refuse and delete' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('Refused', { exact: true }).first()).toBeVisible();
  await expect(money(staff).getByText('To send back').first()).toBeVisible();

  await page.reload();
  await expect(page.getByText('We do not print this.')).toBeVisible();
  await expect(page.getByText(/^We’ll refund \$\d+\.\d\d$/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Download/ })).toHaveCount(0);
  await picture(page, 'order-refused-and-deleted');
  await page.context().close();

  // There it is not accepted, as the open page hears, and is taken out: nothing of it is offered for review.
  await expect(other.getByText('Not accepted').first()).toBeVisible();
  await expect(other.getByText('We do not print same.stl.').first()).toBeVisible();
  await expect(other.getByRole('button', { name: 'Check out 1 part' }).first()).toBeDisabled();
  await expect(other.getByText('Request review')).toHaveCount(0);
  await picture(other, 'cart-not-accepted');
  await other.goto('/checkout');
  await expect(other.getByText('We do not print same.stl.')).toBeVisible();
  await picture(other, 'checkout-not-accepted');
  await other.getByRole('button', { name: 'Remove same.stl' }).click();
  await expect(other.getByText('There is nothing to order yet')).toBeVisible();
  await other.context().close();

  // What it was and why outlives the files.
  await staff.goto('/staff/settings/refused');
  const refused = staff.getByRole('row').filter({ hasText: number }).first();
  await expect(refused).toContainText('refused.stl');
  await expect(refused).toContainText('We do not print this.');
  await expect(refused).toContainText(/[0-9a-f]{8}/);
  // Accepted again, it has its price back on a page that was open all along.
  await expect(third.getByText('We do not print third.stl.').first()).toBeVisible();
  await staff.getByRole('button', { name: `Accept it again: refused.stl, refused with ${number}` }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Accept again' }).click();
  await expect(staff.getByText('refused.stl is accepted again.')).toBeVisible();
  await expect(third.getByText('We do not print third.stl.')).toHaveCount(0);
  await priced(third, 'third.stl');
  await third.context().close();
  await staff.context().close();
});

test('an order that nothing can pay is sent as a review, and says why', async ({ browser }) => {
  const page = await customerPage(browser);
  // A shop without cards and without a bank account, above what may be paid on collection.
  const why = 'We can’t take payment for this order online.';
  await page.route('**/api/quick-order/price', async (route) => {
    const answer = await route.fetch();
    const json = {
      ...(await answer.json()),
      can_pay: false,
      payment_methods: [],
      pay_agreed: true,
      review_reasons: [why],
    };
    await route.fulfill({ response: answer, json });
  });
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await fillCheckout(page, { name: 'Nobody Pays' });
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByText(/your order’s page says what it costs and how you pay/).first()).toBeVisible();
  await picture(page, 'checkout-no-way-to-pay');
  await page.getByRole('button', { name: 'Request review' }).click();
  await expect(page.getByText('In review', { exact: true })).toBeVisible();
  await page.context().close();
});

test('of two who take the same part in cash the second is told, and what counts no more is asked for again', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('twice.stl'));
  await priced(page, 'twice.stl');
  await fillCheckout(page, { name: 'Rita Moss', payment: /transfer/i });
  await page.getByRole('button', { name: /^(Order|Place)/ }).click();
  const number = await orderNumber(page);
  const [one, other] = [await staffPage(browser), await staffPage(browser)];
  for (const staff of [one, other]) {
    await staff.goto('/staff');
    await staff.getByRole('link', { name: number }).click();
    await staff.getByRole('button', { name: 'Record payment…' }).click();
    await staff.getByRole('dialog').getByRole('radio', { name: 'Cash' }).check();
    await staff.getByRole('dialog').getByLabel('Amount').fill('5.00');
    await staff.getByRole('dialog').getByLabel('Reference').fill('statement 7');
  }
  await one.getByRole('button', { name: 'Record the payment' }).click();
  await expect(one.getByRole('dialog')).toBeHidden();
  await expect(other.getByText('Still to pay', { exact: true }).locator('..')).toContainText('$10.00'); // its page has heard of it, too
  const dialog = other.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Record the payment' }).click();
  await expect(dialog.getByText(/^Sam Keeper changed this on/)).toBeVisible();
  await expect(dialog.getByLabel('Amount')).toHaveValue('5.00');
  await dialog.getByRole('button', { name: 'Not now' }).click();

  // The rest is paid, and the order released; then neither part was for it. Its invoice keeps its number.
  await one.getByRole('button', { name: 'Record payment…' }).click();
  await one.getByRole('dialog').getByRole('radio', { name: 'Cash' }).check();
  await one.getByRole('button', { name: 'Record the payment' }).click();
  const owed = money(one).getByText('Still to pay', { exact: true }).locator('..');
  await expect(money(one).getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/)).toBeVisible();
  await expect(one.getByText('In the queue', { exact: true }).first()).toBeVisible();
  const invoice = money(one).getByText(/^Invoice INV-/);
  const issued = await invoice.textContent();
  for (const [part, left] of [
    ['$5.00', '$5.00'],
    ['$10.00', '$15.00'],
  ]) {
    await money(one)
      .getByRole('button', { name: `Reverse ${part}, cash…` })
      .click();
    await one.getByRole('dialog').getByLabel('Reason').fill('It was for another order');
    await one.getByRole('dialog').getByRole('button', { name: 'Reverse the payment' }).click();
    await expect(owed).toContainText(left!);
    await expect(invoice).toHaveText(issued!);
    await expect(one.getByText('On hold', { exact: true }).first()).toBeVisible();
  }
  await expect(one.getByRole('button', { name: /: Start printing$/ })).toHaveCount(0); // nothing of it goes on
  await page.reload();
  await expect(page.getByRole('heading', { name: 'To pay: $15.00' })).toBeVisible();
  await picture(page, 'order-reversed');
  for (const context of [page, one, other].map((each) => each.context())) await context.close();
});

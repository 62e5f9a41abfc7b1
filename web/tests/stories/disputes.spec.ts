import { expect, test, type Page } from '@playwright/test';

import { bracket } from '../support/models';
import {
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

const money = (staff: Page) => staff.getByRole('complementary', { name: 'Money and customer' });

test('a payment that the bank took back is asked for again, or is the shop’s loss', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('disputed.stl'));
  await priced(page, 'disputed.stl');
  await fillCheckout(page, { name: 'Rita Moss', payment: /^Card/ });
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.waitForURL((url) => url.origin !== publicURL());
  const stripe = new URL(page.url()).origin;
  await page.locator('button[value="pay"]').evaluate((button: HTMLButtonElement) => (button.value = 'disputed'));
  await payOnStandIn(page);
  await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible({ timeout: 45_000 });
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await expect(staff.getByText('On hold: $15.00 is disputed')).toBeVisible();
  await expect(staff.getByText('Paid, and disputed')).toBeVisible();
  const order = await (await staff.request.get(`/api/orders/${staff.url().split('/').pop()}`)).json();
  const events = await (await staff.request.get(`${stripe}/v1/events?limit=100`, { headers: standInKey })).json();
  const dispute = events.data.find(
    (event: { type: string; data: { object: { id: string; payment_intent: string } } }) =>
      event.type === 'charge.dispute.created' && event.data.object.payment_intent === order.payments[0].reference,
  );
  const lost = await staff.request.post(`${stripe}/v1/disputes/${dispute.data.object.id}/close`, {
    headers: standInKey,
  });
  expect(lost.ok(), await lost.text()).toBe(true);
  await expect(staff.getByText('On hold: the cardholder’s bank took $15.00 back')).toBeVisible();
  await picture(staff, 'staff-order-lost');

  await staff.getByRole('button', { name: 'Decide about the lost payment…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'The bank took $15.00 back. What now?' });
  await dialog.getByRole('button', { name: 'Ask the customer again' }).click();
  await expect(dialog.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Reason').fill('They say that their bank was wrong');
  await dialog.getByRole('button', { name: 'Ask the customer again' }).click();
  await expect(dialog).toBeHidden();
  await expect(money(staff).getByText('Still to pay', { exact: true }).locator('..')).toContainText('$15.00');
  await expect(money(staff).getByText('Taken back by the bank, and asked for again')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'To pay: $15.00' })).toBeVisible();
  await expect(page.getByText('$15.00 has to be paid again')).toBeVisible();
  await picture(page, 'order-lost');

  // It was a mistake: among the payments it is decided anew.
  await money(staff).getByRole('button', { name: 'Decide again…' }).click();
  await staff.getByRole('dialog').getByLabel('Reason').fill('We sent the wrong colour');
  await staff.getByRole('dialog').getByRole('button', { name: 'Undo the decision' }).click();
  await expect(staff.getByText('On hold: the cardholder’s bank took $15.00 back')).toBeVisible();
  await staff.goto('/staff/payments');
  const row = staff.getByRole('row').filter({ hasText: number });
  await expect(row.getByText('Taken back by the bank')).toBeVisible();
  await row.getByRole('button', { name: 'Decide about it…' }).click();
  await dialog.getByRole('radio', { name: 'The shop carries the loss' }).check();
  await dialog.getByLabel('Reason').fill('We sent the wrong colour');
  await dialog.getByRole('button', { name: 'Carry the loss' }).click();
  await expect(row).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('has to be paid again')).toHaveCount(0);
  await page.context().close();
  await staff.context().close();
});

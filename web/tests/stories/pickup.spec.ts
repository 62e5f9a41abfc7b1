import { expect, test } from '@playwright/test';

import { bracket } from '../support/models';
import { customerPage, fillCheckout, orderNumber, pick, picture, priced, staffPage } from '../support/shop';

test('an order for pick-up is released by staff, printed, and paid at the counter', async ({ browser }) => {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await picture(page, 'phone-cart');
  await fillCheckout(page, { name: 'Lin Wei', payment: /^When I collect it/ });
  await picture(page, 'phone-checkout');
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByText('Waiting for release')).toBeVisible();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Release…' }).click();
  await expect(staff.getByRole('dialog', { name: new RegExp(number) })).toBeVisible();
  await staff.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  // Nothing is printed yet, and nobody reads that it were.
  await page.reload();
  await expect(page.getByText('In the queue', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('Your parts are in the queue.')).toBeVisible();

  await staff.goto('/staff/jobs');
  const row = staff.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: /Put in queue/ }).click();
  await row.getByRole('button', { name: /Start printing/ }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();

  await page.reload();
  await expect(page.locator('[aria-current="step"]')).toContainText('Printing');

  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('button', { name: 'Record the payment' }).click();
  await expect(staff.getByText('To pay').locator('..')).toContainText('$0.00');
  await page.context().close();
  await staff.context().close();
});

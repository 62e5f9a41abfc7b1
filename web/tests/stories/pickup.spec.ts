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
  await row.getByRole('button', { name: /: Start printing$/ }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();

  await page.reload();
  await expect(page.locator('[aria-current="step"]')).toContainText('Printing');

  // It is ready and not paid: one question at the counter takes the card and hands it over.
  await staff.goto('/staff/jobs');
  await row.getByRole('button', { name: /Printing is done/ }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await row.getByRole('button', { name: /: Pack$/ }).click();
  await row.getByRole('button', { name: /Ready to collect$/ }).click();
  await row.getByRole('link', { name: /: hand over$/ }).click();
  await staff.getByRole('button', { name: 'Take payment and hand over…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Take payment and hand over ${number}` });
  await dialog.getByRole('radio', { name: 'Card terminal' }).check();
  await picture(staff, 'staff-hand-over');
  await dialog.getByRole('button', { name: /^Take \$15\.00 and hand over$/ }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('Still to pay').locator('..')).toContainText('$0.00');
  await expect(staff.getByText('Card at the counter', { exact: true })).toBeVisible();
  await expect(staff.getByText('Done', { exact: true }).first()).toBeVisible();
  await page.reload();
  await expect(page.getByText('All done')).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

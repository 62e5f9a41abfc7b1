import { expect, test } from '@playwright/test';

import { close, released } from '../support/jobs';
import { helperPage, picture, staffPage } from '../support/shop';

test('what was paid in part says what is left, on both pages, and nothing leaves before it is paid', async ({
  browser,
}) => {
  const { page, staff, number } = await released(browser, 'Paul Reis', 1, 'part.stl');
  const money = staff.getByRole('complementary', { name: 'Money and customer' });
  const left = money.getByText('Still to pay', { exact: true }).locator('..');
  await staff.getByRole('button', { name: 'Record payment…' }).first().click();
  let dialog = staff.getByRole('dialog', { name: `Record a payment for ${number}` });
  await dialog.getByRole('radio', { name: 'Cash' }).check();
  await dialog.getByLabel('Amount').fill('5');
  await dialog.getByRole('button', { name: 'Record the payment' }).click();
  await expect(dialog).toBeHidden();
  await expect(left).toContainText('$10.00');
  await expect(money.getByText(/^Invoice INV-/)).toBeVisible();
  await picture(staff, 'staff-order-part-paid');
  await page.reload();
  await expect(page.getByText('$10.00').first()).toBeVisible();
  await picture(page, 'order-part-paid');

  // It was typed by mistake: it stops counting, all is owed again, and the invoice keeps its number.
  const invoice = await money.getByText(/^Invoice INV-/).textContent();
  await money.getByRole('button', { name: 'Reverse $5.00, cash…' }).click();
  dialog = staff.getByRole('dialog', { name: 'Reverse the payment of $5.00?' });
  await dialog.getByLabel('Reason').fill('It was for another order');
  await dialog.getByRole('button', { name: 'Reverse the payment' }).click();
  await expect(dialog).toBeHidden();
  await expect(left).toContainText('$15.00');
  await expect(money.getByText(invoice!)).toBeVisible();
  await expect(staff.getByText('On hold', { exact: true })).toHaveCount(0); // it never was paid, so its jobs went on without

  // Printed, it goes to nobody unpaid by whoever is no admin, who reads whom to ask.
  await staff.getByRole('button', { name: 'part.stl: Start printing' }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await staff.getByRole('button', { name: 'part.stl: Printing is done' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await staff.getByRole('button', { name: 'part.stl: Pack' }).click();
  await expect(staff.getByText('Packing', { exact: true }).first()).toBeVisible();
  const inviting = await staffPage(browser);
  const helper = await helperPage(browser, inviting, 'Hana Roth');
  await helper.goto(staff.url());
  await helper
    .getByRole('button', { name: /^Take payment and hand over…|^Hand over…/ })
    .first()
    .click();
  dialog = helper.getByRole('dialog', { name: `Take payment and hand over ${number}` });
  await expect(dialog.getByText('Nothing leaves unpaid. If it has to, ask an admin')).toBeVisible();
  await expect(dialog.getByRole('radio', { name: 'Not yet' })).toHaveCount(0);
  await picture(helper, 'staff-hand-over-helper');
  await dialog.getByRole('radio', { name: 'Cash' }).check();
  await dialog.getByRole('button', { name: 'Take $15.00 and hand over' }).click();
  await expect(dialog).toBeHidden();
  await expect(helper.getByText('Done', { exact: true }).first()).toBeVisible();
  await close(page, staff, inviting, helper);
});

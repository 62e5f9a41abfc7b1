import { expect, test } from '@playwright/test';

import { bracket } from '../support/models';
import { choices, customerPage, fillCheckout, orderNumber, pick, picture, priced, staffPage } from '../support/shop';

test('an order for pick-up is released by staff, printed, and paid at the counter', async ({ browser }) => {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await choices(page, 'bracket.stl').getByRole('spinbutton', { name: 'Copies' }).fill('3');
  const chosen = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
  await choices(page, 'bracket.stl').getByRole('spinbutton', { name: 'Copies' }).blur();
  await chosen;
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
  await row.getByRole('button', { name: /Put on the shelf/ }).click();
  const packing = staff.getByRole('dialog', { name: /Put on the shelf/ });
  await packing.getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(packing.getByText('Write which shelf it is on, such as B3.')).toBeVisible();
  await packing.getByLabel('Shelf').fill('b3');
  await packing.getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(row.getByText('Shelf B3')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Your parts are ready to collect. Tell us B3.')).toBeVisible();
  await picture(page, 'phone-ready');

  await row.getByRole('link', { name: /take the payment and hand it over/ }).click();
  await staff.getByRole('button', { name: 'Take payment and hand over…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Take payment and hand over ${number}` });
  await dialog.getByRole('radio', { name: 'Card terminal' }).check();
  await expect(dialog.getByLabel('Collected by')).toHaveValue('Lin Wei');
  await dialog.getByRole('button', { name: 'One less' }).click(); // one of the three now, the others another day
  await dialog.getByRole('button', { name: 'One less' }).click();
  await picture(staff, 'staff-hand-over');
  await dialog.getByRole('button', { name: /^Take \$[\d.]+ and hand over$/ }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('Still to pay').locator('..')).toContainText('$0.00');
  await expect(staff.getByText('Card at the counter', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText('The rest of your parts are ready to collect. Tell us B3.')).toBeVisible();
  await expect(page.getByText('1 handed over, 2 ready')).toBeVisible();

  // The rest was noted too early, and leaves when it is really collected.
  const leaves = async (who: string): Promise<void> => {
    await staff.getByRole('button', { name: 'Hand over…' }).first().click();
    const rest = staff.getByRole('dialog', { name: `Hand over ${number}` });
    await rest.getByLabel('Collected by').fill(who);
    await rest.getByRole('button', { name: 'Hand over', exact: true }).click();
    await expect(rest).toBeHidden();
    await expect(staff.getByText('Done', { exact: true }).first()).toBeVisible();
  };
  await leaves('Somebody else');
  await staff
    .getByRole('button', { name: /^More for what left/ })
    .last()
    .click();
  await staff.getByRole('menuitem', { name: 'Undo…' }).click();
  const undo = staff.getByRole('dialog', { name: `Undo this handover of ${number}?` });
  await undo.getByLabel('Reason').fill('They came for another order.');
  await undo.getByRole('button', { name: 'Undo the handover' }).click();
  await expect(undo).toBeHidden();
  await expect(staff.getByText('Ready to collect', { exact: true }).first()).toBeVisible();
  await leaves('Lin Wei');
  await picture(staff, 'staff-handed-over');
  await page.reload();
  await expect(page.getByText('All done')).toBeVisible();
  await expect(page.getByText('Collected by Lin Wei')).toHaveCount(2);
  await page.context().close();
  await staff.context().close();
});

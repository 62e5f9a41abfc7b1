import { expect, test, type Browser, type Page } from '@playwright/test';

import { bracket } from '../support/models';
import { nothingOwed } from '../support/money';
import {
  choices,
  customerPage,
  fillCheckout,
  helperPage,
  orderNumber,
  pick,
  picture,
  priced,
  staffPage,
} from '../support/shop';

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
  await expect(page.getByText('Order received', { exact: true })).toBeVisible();
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
  await expect(packing.getByText('Enter the shelf it is on, such as B3.')).toBeVisible();
  await packing.getByLabel('Shelf').fill('b3');
  await packing.getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(row.getByText('Shelf B3')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Your parts are ready to collect. Give us the shelf number: B3.')).toBeVisible();
  await picture(page, 'phone-ready');

  await row.getByRole('link', { name: /take the payment and hand it over/ }).click();
  await staff.getByRole('button', { name: 'Take payment and hand over…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Take payment and hand over ${number}` });
  // Nobody has said yet how it is paid, so one press takes nothing.
  await dialog.getByRole('button', { name: /^Take \$[\d.]+ and hand over$/ }).click();
  await expect(dialog.getByText('Choose how it was paid.')).toBeVisible();
  await dialog.getByRole('radio', { name: 'Card terminal' }).check();
  await expect(dialog.getByText('Choose how it was paid.')).toHaveCount(0);
  await expect(dialog.getByLabel('Collected by')).toHaveValue('Lin Wei');
  await dialog.getByRole('button', { name: 'One less' }).click(); // one of the three now, the others another day
  await dialog.getByRole('button', { name: 'One less' }).click();
  await picture(staff, 'staff-hand-over');
  await dialog.getByRole('button', { name: /^Take \$[\d.]+ and hand over$/ }).click();
  await expect(dialog).toBeHidden();
  await expect(nothingOwed(staff)).toBeVisible();
  await expect(staff.getByText('Card terminal', { exact: true })).toBeVisible();
  await page.reload();
  await expect(
    page.getByText('The rest of your parts are ready to collect. Give us the shelf number: B3.'),
  ).toBeVisible();
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

/** An order of three copies, released and on shelf C2; its customer's page, and the staff's page of it. */
async function onTheShelf(browser: Browser, name: string): Promise<{ page: Page; staff: Page; number: string }> {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/');
  await pick(page, bracket(name));
  await priced(page, name);
  await choices(page, name).getByRole('spinbutton', { name: 'Copies' }).fill('3');
  const chosen = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
  await choices(page, name).getByRole('spinbutton', { name: 'Copies' }).blur();
  await chosen;
  await priced(page, name);
  await fillCheckout(page, { name: 'Lin Wei', payment: /^When I collect it/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByText('Order received', { exact: true })).toBeVisible();
  const number = await orderNumber(page);
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Release…' }).click();
  await staff.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  const order = staff.url();
  await staff.goto('/staff/jobs');
  const row = staff.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: /: Start printing$/ }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await row.getByRole('button', { name: /Printing is done/ }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await row.getByRole('button', { name: /: Pack$/ }).click();
  await row.getByRole('button', { name: /Put on the shelf/ }).click();
  await staff.getByRole('dialog').getByLabel('Shelf').fill('c2');
  await staff.getByRole('dialog').getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(row.getByText('Shelf C2')).toBeVisible();
  await staff.goto(order);
  return { page, staff, number };
}

/** One of the three copies leaves, paid in a way or with the reason why not. */
async function oneLeaves(staff: Page, number: string, way: RegExp, reason = ''): Promise<void> {
  await staff.getByRole('button', { name: 'Take payment and hand over…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Take payment and hand over ${number}` });
  await dialog.getByRole('radio', { name: way }).check();
  await dialog.getByRole('button', { name: 'One less' }).click();
  await dialog.getByRole('button', { name: 'One less' }).click();
  await expect(dialog.getByText(/for the whole order/)).toBeVisible();
  if (reason) await dialog.getByLabel(/^Why it leaves/).fill(reason);
  await dialog.getByRole('button', { name: /hand over$/i }).click();
  await expect(dialog).toBeHidden();
}

/** The dialog that cancels the rest, with the reason written. */
async function asksToCancelRest(staff: Page, number: string) {
  await staff.getByRole('button', { name: /^More/ }).first().click();
  await staff.getByRole('menuitem', { name: 'Cancel the rest…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Cancel the rest of ${number}?` });
  await dialog.getByLabel('Reason', { exact: true }).fill('The printer broke.');
  return dialog;
}

const cents = (text: string | null): number => Math.round(Number(/\$([\d.]+)/.exec(text ?? '')![1]) * 100);

test('what left unpaid is paid at its own price when the rest is cancelled', async ({ browser }) => {
  const { page, staff, number } = await onTheShelf(browser, 'unpaid-rest.stl');
  // Somebody who is no admin may not let it leave unpaid, and reads who may.
  const helper = await helperPage(browser, staff, 'Gus Till');
  await helper.goto(staff.url());
  await helper.getByRole('button', { name: 'Take payment and hand over…' }).click();
  const question = helper.getByRole('dialog', { name: `Take payment and hand over ${number}` });
  await expect(question.getByRole('radio', { name: 'Card terminal' })).toBeVisible();
  await expect(question.getByRole('radio', { name: /^Not yet/ })).toHaveCount(0);
  await expect(question.getByText('Nothing leaves unpaid. If it has to, ask an admin: they can let it go if they give a reason.')).toBeVisible(); // prettier-ignore
  await picture(helper, 'staff-hand-over-helper');
  await question.getByRole('button', { name: 'Not now' }).click();
  await oneLeaves(staff, number, /^Not yet/, 'A regular.');
  await expect(helper.getByText(/A regular\./).first()).toBeVisible(); // the reason is on record
  await helper.context().close();
  const dialog = await asksToCancelRest(staff, number);
  const owed = dialog.getByText(/^\$[\d.]+ is left to pay$/);
  const third = cents(await owed.textContent());
  expect(await dialog.getByLabel('It costs now').inputValue()).toBe((third / 100).toFixed(2));
  for (const width of [390, 1280]) {
    await staff.setViewportSize({ width, height: 800 });
    await picture(staff, `staff-cancel-rest-${width}`);
  }
  // Another amount wants a reason of its own, and never exceeds what it cost.
  await dialog.getByLabel('It costs now').fill('999');
  await dialog.getByRole('button', { name: 'Cancel the rest' }).click();
  await expect(dialog.getByText(/^Enter \$[\d.]+ or less: that is what all of it cost\.$/)).toBeVisible();
  await expect(dialog.getByText('Say why the price is different.')).toBeVisible();
  await dialog.getByLabel('It costs now').fill((third / 100).toFixed(2));
  await dialog.getByRole('button', { name: 'Cancel the rest' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('Parts not made')).toBeVisible();
  await expect(staff.getByText('Still to pay', { exact: true }).locator('..')).toContainText(
    `$${(third / 100).toFixed(2)}`,
  );
  await picture(staff, 'staff-rest-cancelled');

  await page.reload();
  await expect(page.getByText('Parts not made')).toBeVisible();
  await expect(page.getByText('Still to pay').locator('../..')).toContainText(`$${(third / 100).toFixed(2)}`);
  await picture(page, 'phone-rest-cancelled');

  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Card terminal' }).check();
  await staff.getByRole('button', { name: 'Record the payment' }).click();
  await expect(nothingOwed(staff)).toBeVisible();
  await expect(staff.getByText('Done', { exact: true }).first()).toBeVisible();
  await page.reload();
  await expect(page.getByText('Still to pay')).toHaveCount(0);
  await expect(page.getByRole('paragraph').filter({ hasText: `Paid $${(third / 100).toFixed(2)}` })).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

test('what was paid beyond what has left is due back when the rest is cancelled', async ({ browser }) => {
  const { page, staff, number } = await onTheShelf(browser, 'paid-rest.stl');
  await oneLeaves(staff, number, /Card terminal/);
  // The last job of an order is not cancelled by itself: the list of jobs leads to the question what the order costs then.
  await staff.goto(`/staff/jobs?q=${number}`);
  await staff.getByRole('button', { name: 'Other steps for paid-rest.stl' }).click();
  await expect(staff.getByRole('menuitem', { name: 'Cancel the job…' })).toHaveCount(0);
  await staff.getByRole('menuitem', { name: 'Cancel the rest of the order…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Cancel the rest of ${number}?` });
  await dialog.getByLabel('Reason', { exact: true }).fill('The printer broke.');
  const back = cents(await dialog.getByText(/^\$[\d.]+ has to be refunded$/).textContent());
  const words = `$${(back / 100).toFixed(2)}`;
  await picture(staff, 'staff-cancel-paid-rest');
  await dialog.getByRole('button', { name: 'Cancel the rest' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('To give back').locator('..')).toContainText(words);
  await picture(staff, 'staff-paid-rest-cancelled');

  await page.reload();
  await expect(page.getByText(`We’ll refund ${words}`, { exact: true })).toBeVisible();
  await expect(page.getByText('Still to pay')).toHaveCount(0);
  await picture(page, 'phone-paid-rest-cancelled');

  await staff.getByRole('button', { name: 'Mark as refunded…' }).click();
  const how = staff.getByRole('dialog', { name: `How was ${words} refunded?` });
  await how.getByLabel('Reference').fill('in cash');
  await how.getByRole('button', { name: 'Mark as refunded' }).click();
  await expect(how).toBeHidden();
  await expect(nothingOwed(staff)).toBeVisible();
  await page.reload();
  await expect(page.getByText(`${words} of it was refunded`)).toBeVisible();
  await expect(page.getByText(`We’ll refund ${words}`, { exact: true })).toHaveCount(0);
  await page.context().close();
  await staff.context().close();
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { expect, test, type Page } from '@playwright/test';

import { bracket, realModel, stepFile } from '../support/models';
import {
  choices,
  customerPage,
  fillCheckout,
  orderNumber,
  part,
  payOnStandIn,
  pick,
  picture,
  priced,
  stage,
  staffPage,
} from '../support/shop';

test('a model becomes a priced, paid order that staff can print', async ({ browser }) => {
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await expect(staff.getByRole('heading', { name: 'Orders' })).toBeVisible();

  const page = await customerPage(browser);
  await page.goto('/');
  await picture(page, 'home');
  const model = realModel('stl/multiple_solids.stl') ?? bracket('bracket.stl');
  await pick(page, model);
  await expect(stage(page, model.name).getByText(/\d mm/).first()).toBeVisible();
  await expect(stage(page, model.name).getByRole('application')).toBeVisible();
  await priced(page, model.name);
  await picture(page, 'cart');
  const total = await page
    .getByRole('complementary', { name: 'Price' })
    .getByText('Total', { exact: true })
    .locator('..')
    .locator('dd')
    .textContent();

  await fillCheckout(page, { name: 'Grace Hopper', payment: /^Card/ });
  await picture(page, 'checkout');
  await page.getByRole('button', { name: `Pay ${total}` }).click();
  await payOnStandIn(page);
  await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('In the queue', { exact: true }).first()).toBeVisible();
  await picture(page, 'order-paid');
  const number = await orderNumber(page);
  const again = await page.context().newPage();
  await again.goto('/checkout');
  await expect(again.getByText(`This is ordered as ${number}`)).toBeVisible();
  await expect(again.getByRole('heading', { level: 1 })).toHaveText('Checkout');
  await again.close();

  // The list shows it without a reload.
  await staff.getByRole('link', { name: number }).click();
  await expect(staff.getByRole('heading', { name: number })).toBeVisible();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  await expect(staff.getByRole('heading', { name: 'Jobs' })).toBeVisible();
  await picture(staff, 'staff-order');

  await staff.getByText('Checksums').click();
  const sum = staff.locator('dl > div').filter({ hasText: '.gcode' }).locator('code');
  const hash = (await sum.textContent())!.trim();
  const download = staff.waitForEvent('download');
  await staff.getByRole('button', { name: /^Download .*\.gcode$/ }).click();
  const file = readFileSync(await (await download).path());
  expect(createHash('sha256').update(file).digest('hex')).toBe(hash);
  expect(file.toString('utf8', 0, 4000)).toContain(';FLAVOR:Marlin');

  await staff.goto('/staff/jobs');
  const row = staff.getByRole('row').filter({ hasText: number });
  await expect(row.getByText(model.name)).toBeVisible();
  await picture(staff, 'staff-jobs');
  await page.context().close();
  await staff.context().close();
});

/** On an order's page the one thing to do first stands out, or nothing where the order waits for nobody; never a red one. */
async function comesFirst(staff: Page, ...actions: string[]): Promise<void> {
  const main = staff.getByRole('main');
  await expect(main.locator('.btn-primary:visible')).toHaveText(actions);
  await expect(main.locator('.btn-danger:visible, .btn-danger-outline:visible')).toHaveCount(0);
}

test('one thing to do stands out on an order’s page, by its state, and the G-code among its files', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('loudest.stl'));
  await priced(page, 'loudest.stl');
  await fillCheckout(page, { name: 'Rosa Lund', payment: /^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=all');
  await staff.getByRole('link', { name: number }).click();
  await comesFirst(staff, 'Record payment…'); // printing it unpaid is in the menu
  // Among the invoices, deleting its draft stands in the menu of its row, and nowhere else.
  const address = staff.url();
  await staff.goto('/staff/invoices?tab=draft');
  const draft = staff.getByRole('row').filter({ hasText: number });
  await expect(draft).toBeVisible();
  await expect(staff.getByRole('main').getByRole('button', { name: /^Delete/ })).toHaveCount(0);
  await comesFirst(staff);
  await draft.getByRole('button', { name: `More for The draft for ${number}` }).click();
  await expect(staff.getByRole('menuitem', { name: 'Delete order and files…' })).toBeVisible();
  await staff.goto(address);
  await staff.getByRole('button', { name: 'More', exact: true }).click();
  await expect(staff.getByRole('menuitem', { name: 'Release…' })).toBeVisible();
  await expect(staff.getByRole('menuitem', { name: 'Cancel order…' })).toBeVisible();
  await staff.keyboard.press('Escape');

  const files = staff.locator('section').filter({ has: staff.getByRole('heading', { name: 'Files', exact: true }) });
  await expect(files.getByRole('listitem').first()).toContainText(/_loudest_.*_plate-1of1\.gcode/);
  await expect(files.getByText(/^[0-9a-f]{64}$/).first()).toBeHidden();
  await files.getByText('Checksums').click();
  await expect(files.getByText(/^[0-9a-f]{64}$/).first()).toBeVisible();

  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Bank transfer' }).check();
  await staff.getByRole('button', { name: 'Record the payment' }).click();
  await expect(staff.getByText('In the queue', { exact: true }).first()).toBeVisible();
  // Its job's next step comes first, under a name of its own: the row has the same.
  await comesFirst(staff, 'Start printing…');
  await expect(staff.getByRole('button', { name: 'loudest.stl: Start printing' })).toBeVisible();
  await staff.getByRole('button', { name: 'Start printing loudest.stl' }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await staff.getByRole('button', { name: 'loudest.stl: Printing is done' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await comesFirst(staff, 'Pack');
  await picture(staff, 'staff-order-next-step');
  await staff.getByRole('button', { name: 'Pack loudest.stl' }).click();
  await comesFirst(staff, 'Put on the shelf…');
  await staff.getByRole('button', { name: 'loudest.stl: Put on the shelf' }).click();
  await staff.getByRole('dialog').getByLabel('Shelf').fill('a1');
  await staff.getByRole('dialog').getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(staff.getByText('Ready to collect', { exact: true }).first()).toBeVisible();
  await comesFirst(staff, 'Hand over…');
  await picture(staff, 'staff-order-first');
  await page.context().close();
  await staff.context().close();
});

test('a review’s answer stands out, then the release of what is paid on collection', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, stepFile('lid.step'));
  await expect(part(page, 'lid.step')).toBeVisible();
  await fillCheckout(page, { name: 'Rosa Lund' });
  await page.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=review');
  await staff.getByRole('link', { name: number }).click();
  await comesFirst(staff, 'Approve…');
  await expect(staff.getByRole('button', { name: 'Refuse…' })).toBeVisible(); // beside it, and plain
  await staff.getByRole('button', { name: 'Approve…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Approve ${number}` });
  await dialog.getByLabel('Total').fill('20');
  await dialog.getByLabel('Reason for the price').fill('As agreed');
  await dialog.getByRole('button', { name: /^Approve/ }).click();
  await expect(dialog).toBeHidden();
  await comesFirst(staff, 'Record payment…');

  // A second order, which nobody pays before it is collected.
  await page.goto('/');
  await pick(page, bracket('hasp.stl'));
  await priced(page, 'hasp.stl');
  await fillCheckout(page, { name: 'Rosa Lund', payment: /^When I collect it/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  await staff.goto('/staff?tab=all');
  await staff.getByRole('link', { name: await orderNumber(page) }).click();
  await comesFirst(staff, 'Release…');
  await page.context().close();
  await staff.context().close();
});

test('choices change the price, and a choice seen before answers at once', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  const card = choices(page, 'bracket.stl');
  const total = () => card.getByText('This part').locator('..').locator('dd').textContent();
  const first = await total();

  await card.getByLabel('Infill').selectOption('100');
  await expect(async () => {
    expect(await part(page, 'bracket.stl').getByText('Priced', { exact: true }).isVisible()).toBe(true);
    expect(await total()).not.toBe(first);
  }).toPass({ timeout: 60_000 });

  await card.getByLabel('Infill').selectOption('20');
  await expect.poll(total, { timeout: 5000 }).toBe(first);

  await card.getByRole('button', { name: 'One more' }).click();
  await expect(card.getByText('2 copies', { exact: true })).toBeVisible();
  await page.context().close();
});

test('a choice made just before the page is left is not lost', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('leaving.stl'));
  await priced(page, 'leaving.stl');
  const copies = choices(page, 'leaving.stl').getByRole('spinbutton', { name: 'Copies' });
  await copies.fill('4');
  await copies.blur();
  await page.goto('/terms');
  await expect(async () => {
    await page.goto('/');
    await expect(copies).toHaveValue('4', { timeout: 1000 });
  }).toPass();
  await page.context().close();
});

test('an address that cannot be is said at its field', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await fillCheckout(page);
  await page.getByRole('radio', { name: /^Send it to me/ }).check();
  await page.getByLabel('Street and number').fill('1 High St');
  await page.getByLabel('Suburb or town').fill('Perth');
  await page.getByLabel('State').selectOption('WA');
  const postcode = page.getByRole('textbox', { name: 'Postcode' });
  await postcode.fill('2000');
  await expect(postcode).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Order', exact: true }).click();
  await expect(postcode).toBeFocused();
  await postcode.fill('6000');
  await expect(postcode).not.toHaveAttribute('aria-invalid');
  await page.getByRole('radio', { name: /^Bank transfer/ }).check();
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible();
  await page.context().close();
});

test('a double click and a second tab give one order', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await fillCheckout(page, { payment: /^Bank transfer/ });
  const second = await page.context().newPage();
  await fillCheckout(second, { payment: /^Bank transfer/ });

  await page.getByRole('button', { name: /^Order for/ }).dblclick();
  await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible();
  const number = await orderNumber(page);
  await expect(page.getByLabel('Reference')).toHaveValue(new RegExp(number));

  // The other tab may still show the form, or has heard of the order already: both lead to the same one.
  const order = second.getByRole('button', { name: /^Order for/ });
  const link = second.getByRole('link', { name: 'See your order' });
  await expect(order.or(link).first()).toBeVisible();
  if (await link.isVisible()) await link.click();
  else await order.click();
  await expect(second.getByRole('heading', { name: `Order ${number}` })).toBeVisible();
  await page.context().close();
});

test('after an order, the next file begins a new cart', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await fillCheckout(page, { payment: /^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  await page.getByRole('link', { name: /Print Shop/ }).click();
  await expect(page.getByText(`These parts are ordered as ${number}`)).toBeVisible();
  await pick(page, bracket('another.stl', 1.5));
  await priced(page, 'another.stl');
  await expect(part(page, 'bracket.stl')).toHaveCount(0);
  await expect(page.getByRole('link', { name: /^Check out/ })).toBeVisible();

  await page.goto('/checkout');
  await expect(page.getByRole('button', { name: /^(Order for|Pay) \$/ })).toBeVisible();
  await page.context().close();
});

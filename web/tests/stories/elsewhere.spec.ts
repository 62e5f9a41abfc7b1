import { expect, test, type Browser, type Page } from '@playwright/test';

import { bracket, stepFile, type ModelFile } from '../support/models';
import { nothingOwed } from '../support/money';
import { customerPage, fillCheckout, orderNumber, part, pick, picture, refusals, staffPage } from '../support/shop';

const photo = (name: string): ModelFile => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.from(`ÿØÿà ${name}`, 'latin1'),
});

/** An order that only a person can price, on its customer's page. */
async function requested(browser: Browser, ...files: ModelFile[]): Promise<{ page: Page; number: string }> {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, ...files);
  for (const file of files) await expect(part(page, file.name)).toBeVisible();
  await fillCheckout(page, { name: 'Noor Haddad' });
  await page.getByRole('button', { name: 'Request review' }).click();
  return { page, number: await orderNumber(page) };
}

async function opened(browser: Browser, number: string): Promise<Page> {
  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=all');
  await staff.getByRole('link', { name: number }).click();
  await expect(staff.getByRole('heading', { level: 1, name: number })).toBeVisible();
  return staff;
}

/** Approves an order at a price, and takes the money. */
async function approvedAndPaid(staff: Page, number: string, total: string): Promise<void> {
  await staff.getByRole('button', { name: 'Approve…' }).click();
  const approve = staff.getByRole('dialog', { name: `Approve ${number}` });
  await approve.getByLabel('Total').fill(total);
  await approve.getByLabel('Reason for the price').fill('As agreed');
  await approve.getByRole('button', { name: /^Approve/ }).click();
  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Card terminal' }).check();
  await staff.getByRole('button', { name: 'Record the payment' }).click();
}

/** Pictures of a page on a phone and on a desk, in both looks. */
async function everyLook(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of [
      [390, 844],
      [1280, 800],
    ] as const) {
      await page.setViewportSize({ width, height });
      await picture(page, `${name}-${width}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(size);
}

test('a model takes the place of a photo, is sliced and priced, and what was sent stays', async ({ browser }) => {
  const { page, number } = await requested(browser, photo('vase.jpg'));
  const staff = await opened(browser, number);
  const refused = refusals(staff);
  await expect(staff.getByText('No G-code yet. Add a model or G-code, or make it another way.')).toBeVisible();
  await staff.getByRole('button', { name: 'Replace vase.jpg with a model…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Replace vase.jpg with a model' });
  await dialog.getByRole('button', { name: 'Use this model' }).click();
  await expect(dialog.getByText('Choose a model first.')).toBeVisible();
  // Nobody chose how a photo is printed: whoever puts a model in its place does.
  await dialog.getByRole('radio', { name: 'PETG' }).check();
  await dialog.getByRole('radio', { name: 'White', exact: true }).check();
  // A file that cannot be sliced is passed over by the next one, and can be taken out.
  const broken = { name: 'broken.stl', mimeType: 'model/stl', buffer: Buffer.from('solid nothing') };
  await dialog.locator('input[type=file]').setInputFiles([broken]);
  await expect(dialog.getByRole('article', { name: 'broken.stl' })).toBeVisible();
  await expect(dialog.getByText('Reading the file')).toHaveCount(0, { timeout: 30_000 });
  await dialog.getByRole('button', { name: 'Use this model' }).click();
  await expect(dialog.getByText('This file cannot be sliced. Choose another.')).toBeVisible({ timeout: 30_000 });
  await dialog.locator('input[type=file]').setInputFiles([bracket('vase drawn anew.stl', 1.7)]);
  await expect(dialog.getByText('This file cannot be sliced. Choose another.')).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'vase drawn anew.stl', exact: true })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await dialog.getByRole('button', { name: 'Remove broken.stl' }).click();
  await expect(dialog.getByRole('article', { name: 'broken.stl' })).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Another file…' })).toBeFocused();
  await expect(dialog.getByRole('article', { name: 'vase drawn anew.stl' })).toBeVisible();
  await expect(dialog.getByText(/ a copy\.$/)).toBeVisible({ timeout: 90_000 });
  await picture(staff, 'staff-replace-model');
  await dialog.getByRole('button', { name: 'Use this model' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('No G-code yet. Add a model or G-code, or make it another way.')).toHaveCount(0);
  await expect(staff.getByText('vase_mesh.stl').first()).toBeVisible();
  await expect(staff.getByText('Printed from vase drawn anew.stl, the shop’s own model.')).toBeVisible();
  await expect(staff.getByText(/_vase_.*_plate-1of1\.gcode$/).first()).toBeVisible();
  await expect(staff.getByText('vase.jpg', { exact: true }).first()).toBeVisible();
  const did = staff.getByText(/Replaced vase\.jpg with the model vase drawn anew\.stl/);
  await expect(did).toContainText('PETG, White, 0.20 mm layers');
  await picture(staff, 'staff-order-replaced');
  expect(refused).toEqual([]);

  // It has a price now, so it is approved at its own; the counter's cart is empty again.
  await staff.getByRole('button', { name: 'Approve…' }).click();
  const approve = staff.getByRole('dialog', { name: `Approve ${number}` });
  await expect(approve.getByText(/^Leave it empty to keep \$\d/)).toBeVisible();
  await approve.getByRole('button', { name: /^Approve/ }).click();
  await expect(approve).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { name: /^To pay: \$\d/ })).toBeVisible();
  await expect(page.getByText('We print this from our own model, vase drawn anew.stl.')).toBeVisible();
  await everyLook(page, 'order-own-model');
  await everyLook(staff, 'staff-order-own-model');
  await staff.goto('/staff/orders/new');
  await expect(staff.getByText('Drop your models here')).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

test('what was ordered is printed otherwise for a reason only, which both pages say', async ({ browser }) => {
  const { page, number } = await requested(browser, stepFile('arm.step'));
  const staff = await opened(browser, number);
  const replace = staff.getByRole('button', { name: 'Replace arm.step with a model…' });
  const dialog = staff.getByRole('dialog', { name: 'Replace arm.step with a model' });
  const reason = dialog.getByLabel('Reason for other settings');
  // Nobody chose anything for a STEP file, so the first model needs no reason. What comes of it is what they order.
  await replace.click();
  await dialog.getByRole('radio', { name: 'PETG' }).check();
  await expect(reason).toHaveCount(0);
  await dialog.locator('input[type=file]').setInputFiles([bracket('arm.stl', 1.4)]);
  await expect(dialog.getByText(/ a copy\.$/)).toBeVisible({ timeout: 90_000 });
  // It may be sliced anew for the material: the form asks to wait then.
  await expect(async () => {
    await dialog.getByRole('button', { name: 'Use this model' }).click();
    await expect(dialog).toBeHidden({ timeout: 3_000 });
  }).toPass({ timeout: 90_000 });
  await approvedAndPaid(staff, number, '60');
  await page.reload();
  await expect(page.getByText('PETG, Black', { exact: true })).toBeVisible();

  await replace.click();
  await dialog.locator('input[type=file]').setInputFiles([bracket('arm drawn anew.stl', 1.3)]);
  await expect(dialog.getByText(/ a copy\.$/)).toBeVisible({ timeout: 90_000 });
  await expect(reason).toHaveCount(0);
  await dialog.getByRole('radio', { name: 'White', exact: true }).check();
  await expect(reason).toHaveAccessibleDescription(/^Until now: PETG, Black, 0\.20 mm layers/);
  await expect(dialog.getByText(/ a copy\.$/)).toBeVisible({ timeout: 90_000 });
  await dialog.getByRole('button', { name: 'Use this model' }).click();
  await expect(reason).toHaveAccessibleDescription(/Say why it is printed with other settings\./);
  await expect(reason).toBeFocused();
  await expect(dialog.getByRole('radio', { name: 'White', exact: true })).toBeChecked();
  await expect(dialog.getByRole('button', { name: 'arm drawn anew.stl', exact: true })).toBeVisible();
  await everyLook(staff, 'staff-replace-reason');
  await reason.fill('Black PETG ran out. You agreed to white by phone.');
  await dialog.getByRole('button', { name: 'Use this model' }).click();
  await expect(dialog).toBeHidden();
  const rows = (on: Page) => on.getByRole('definition');
  for (const [on, ordered, name] of [
    [staff, 'Ordered', 'staff-order-instead'],
    [page, 'You ordered', 'customer-order-instead'],
  ] as const) {
    await on.reload();
    await expect(on.getByRole('term').filter({ hasText: new RegExp(`^${ordered}$`) })).toBeVisible();
    await expect(rows(on).filter({ hasText: /^PETG, Black, 0\.20 mm layers/ })).toBeVisible();
    await expect(rows(on).filter({ hasText: /^PETG, White, 0\.20 mm layers/ })).toBeVisible();
    await expect(rows(on).filter({ hasText: /^Black PETG ran out\. You agreed to white by phone\.$/ })).toBeVisible();
    await everyLook(on, name);
  }
  const did = staff.getByText(/Replaced arm\.step with the model arm drawn anew\.stl/);
  await expect(did).toContainText('now printed with PETG, White');
  await expect(did).toContainText('instead of PETG, Black');
  await expect(did).toContainText('Reason: Black PETG ran out. You agreed to white by phone.');
  await expect(nothingOwed(staff)).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

test('G-code of the shop’s own gives the job of a paid order its work, and the price stays', async ({ browser }) => {
  const { page, number } = await requested(browser, stepFile('gear.step'));
  const staff = await opened(browser, number);
  await approvedAndPaid(staff, number, '60');
  await expect(staff.getByText('No G-code yet', { exact: true })).toBeVisible();

  const refused = refusals(staff);
  await staff.getByRole('button', { name: 'Attach G-code to gear.step…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Attach G-code to gear.step' });
  const gcode = Buffer.from(';TIME:5400\nG28\nG1 X10 Y10 E1\n');
  await dialog
    .locator('input[type=file]')
    .setInputFiles([{ name: 'gear_PETG.gcode', mimeType: 'text/plain', buffer: gcode }]);
  await expect(dialog.getByRole('button', { name: /^gear_PETG\.gcode \d+ B$/ })).toBeVisible(); // it is read
  await dialog.getByRole('button', { name: 'Attach it' }).click();
  await expect(
    dialog.getByText('The file does not say how much the print weighs. Enter the grams for one copy.'),
  ).toBeVisible();
  await picture(staff, 'staff-attach-gcode');
  await dialog.getByLabel('Weight').fill('31.5');
  await dialog.getByRole('button', { name: 'Attach it' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('No G-code yet', { exact: true })).toHaveCount(0);
  await expect(staff.getByText(/^1 h 30 min and 31.5 g a copy/)).toBeVisible();
  await expect(staff.getByText(/_gear_.*_plate-1of1\.gcode$/).first()).toBeVisible();
  // That the weight is missing is the one thing it was told.
  expect(refused.filter((one) => !/^422 POST .*\/gcode$/.test(one))).toEqual([]);
  await expect(nothingOwed(staff)).toBeVisible();

  await staff.goto('/staff/jobs');
  const row = staff.getByRole('row').filter({ hasText: number });
  await expect(row).not.toContainText('No G-code yet');
  await row.getByRole('button', { name: /^Other steps/ }).click();
  const download = staff.waitForEvent('download');
  await staff.getByRole('menuitem', { name: 'Download the G-code' }).click();
  expect((await download).suggestedFilename()).toMatch(/_gear_.*_plate-1of1\.gcode$/);

  // It is cancelled as any other, and what was paid for it is due back.
  await row.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'More', exact: true }).click();
  await staff.getByRole('menuitem', { name: 'Cancel order…' }).click();
  const cancelling = staff.getByRole('dialog', { name: `Cancel ${number}?` });
  await cancelling.getByLabel('Reason').fill('The gear broke.');
  await cancelling.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(cancelling).toBeHidden();
  await page.reload();
  await expect(page.getByText('We’ll refund $60.00', { exact: true })).toBeVisible();
  await staff.getByRole('button', { name: 'Mark as refunded…' }).click();
  const sent = staff.getByRole('dialog', { name: 'How was $60.00 refunded?' });
  await sent.getByLabel('Reference').fill('slip 79');
  await sent.getByRole('button', { name: 'Mark as refunded' }).click();
  await expect(sent).toBeHidden();
  await page.reload();
  await expect(page.getByText('We’ll refund $60.00', { exact: true })).toHaveCount(0);
  await page.context().close();
  await staff.context().close();
});

test('a link in the place of a file is reviewed, and staff can open it', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await page.getByRole('button', { name: 'Send us a link…' }).click();
  const dialog = page.getByRole('dialog', { name: 'A link instead of a file' });
  await dialog.getByRole('button', { name: 'Add the link' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Link' })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Link' }).fill('my cup');
  await dialog.getByRole('button', { name: 'Add the link' }).click();
  await expect(dialog.getByText('Copy the whole address of the page, like https://example.com/model.')).toBeVisible();
  await picture(page, 'cart-add-link');
  const link = 'https://www.example.com/models/7-vase';
  await dialog.getByRole('textbox', { name: 'Link' }).fill(link);
  await dialog.getByRole('button', { name: 'Add the link' }).click();
  await expect(dialog).toBeHidden();
  await expect(part(page, link).getByText('Needs review', { exact: true })).toBeVisible();
  await picture(page, 'cart-link');
  await fillCheckout(page);
  await page.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(page);
  await expect(page.getByRole('link', { name: link })).toHaveAttribute('href', link);

  const staff = await opened(browser, number);
  const there = staff.getByRole('link', { name: link });
  await expect(there).toHaveAttribute('href', link);
  await expect(there).toHaveAttribute('rel', /noopener/);
  await expect(staff.getByText(`We need to look at ${link} first: it is a link.`)).toBeVisible();
  await expect(staff.getByRole('button', { name: `Replace ${link} with a model…` })).toBeVisible();
  await picture(staff, 'staff-order-link');
  await page.context().close();
  await staff.context().close();
});

test('what a link leads to is paid, made elsewhere and handed over like any other part', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await page.getByRole('button', { name: 'Send us a link…' }).click();
  const link = 'https://www.example.com/models/8-lamp';
  await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).fill(link);
  await page.getByRole('dialog').getByRole('button', { name: 'Add the link' }).click();
  await expect(part(page, link)).toBeVisible();
  await fillCheckout(page, { name: 'Noor Haddad' });
  await page.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(page);
  const staff = await opened(browser, number);
  await approvedAndPaid(staff, number, '70');
  await expect(nothingOwed(staff)).toBeVisible();
  await staff.getByRole('button', { name: `${link}: Mark as made` }).click();
  await expect(staff.getByRole('dialog').getByLabel('Printer')).toHaveCount(0);
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await staff.getByRole('button', { name: `${link}: Pack` }).click();
  await staff.getByRole('button', { name: `${link}: Put on the shelf` }).click();
  await staff.getByRole('dialog').getByLabel('Shelf').fill('e5');
  await staff.getByRole('dialog').getByRole('button', { name: 'Put on the shelf' }).click();
  await staff.getByRole('button', { name: 'Hand over…' }).first().click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
  await expect(staff.getByText('Done', { exact: true }).first()).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

test('a paid photo is cancelled once: a second tab is told who was quicker, and the money goes back', async ({
  browser,
}) => {
  const { page, number } = await requested(browser, photo('mask.jpg'));
  const staff = await opened(browser, number);
  await approvedAndPaid(staff, number, '45');
  await expect(nothingOwed(staff)).toBeVisible();
  const late = await opened(browser, number);
  for (const [tab, reason] of [
    [staff, 'The mould broke.'],
    [late, 'Ordered twice.'],
  ] as const) {
    await tab.getByRole('button', { name: 'More', exact: true }).click();
    await tab.getByRole('menuitem', { name: 'Cancel order…' }).click();
    await tab
      .getByRole('dialog', { name: `Cancel ${number}?` })
      .getByLabel('Reason')
      .fill(reason);
  }
  await staff.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
  await expect(staff.getByRole('dialog')).toBeHidden();
  const second = late.getByRole('dialog', { name: `Cancel ${number}?` });
  const answer = late.waitForResponse((one) => one.url().endsWith('/cancel'));
  await second.getByRole('button', { name: 'Cancel the order' }).click();
  expect((await answer).status()).toBe(409);
  await expect(second.getByText(/^Sam Keeper changed this on .* So this no longer applies/)).toBeVisible();
  await second.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(second).toBeHidden();
  for (const tab of [staff, late]) {
    await tab.reload();
    await expect(tab.getByRole('button', { name: 'Mark as refunded: $45.00, card terminal…' })).toHaveCount(1);
    await expect(tab.getByText(/The mould broke\./).first()).toBeVisible();
    await expect(tab.getByText(/Ordered twice\./)).toHaveCount(0);
  }
  await late.getByRole('button', { name: 'Mark as refunded…', exact: true }).click();
  const sent = late.getByRole('dialog', { name: 'How was $45.00 refunded?' });
  await sent.getByLabel('Reference').fill('slip 80');
  await sent.getByRole('button', { name: 'Mark as refunded' }).click();
  await expect(sent).toBeHidden();
  await expect(staff.getByRole('button', { name: /^Mark as refunded/ })).toHaveCount(0);
  for (const tab of [page, staff, late]) await tab.context().close();
});

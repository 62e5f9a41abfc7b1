import { expect, test, type Page } from '@playwright/test';

import { findNothing, findNothingInEither, fits, viewports } from '../support/access';
import { bar } from '../support/models';
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

/** A machine on its page. */
function card(page: Page, name: string) {
  return page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name, exact: true }) })
    .last();
}

test('a part that is too large for the first machine is printed on a second one', async ({ browser }) => {
  const admin = await staffPage(browser, { viewport: viewports[1] });
  await admin.goto('/staff/machines');
  await expect(card(admin, 'Creality Ender-3').getByText('235 × 235 × 250 mm')).toBeVisible();
  await expect(card(admin, 'Creality Ender-3').getByText('Takes new parts')).toBeVisible();

  // The only machine cannot be switched off; what is wrong stands at its field.
  await admin.getByRole('button', { name: 'Change the machine Creality Ender-3' }).click();
  let dialog = admin.getByRole('dialog', { name: 'Change Creality Ender-3' });
  await dialog.getByLabel('It takes new parts').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(/^At least one machine has to stay in use/)).toBeVisible();
  await dialog.getByLabel('It takes new parts').check();
  await dialog.getByRole('button', { name: 'Add a setting' }).click();
  await dialog.getByLabel('Setting', { exact: true }).fill('line_widht');
  await dialog.getByLabel('Value').fill('0.4');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(/There is no setting called "line_widht"/)).toBeVisible();
  await expect(dialog.getByLabel('Setting', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await findNothing(admin, 'a machine with a setting that there is not');
  await picture(admin, 'machine-setting');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // A larger one is found by its name, with a price of its own, and gets a printer.
  await admin.getByRole('button', { name: 'Add a machine' }).click();
  dialog = admin.getByRole('dialog', { name: 'Add a machine' });
  await dialog.getByLabel('Find your machine').fill('creality cr-10');
  await dialog.getByRole('radio', { name: /^Creality CR-10 300 × 300 × 400 mm/ }).check();
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('Creality CR-10');
  await dialog.getByLabel('Price of an hour').fill('4.50');
  await findNothingInEither(admin, 'the machine that is added', 'machine-add');
  await dialog.getByRole('button', { name: 'Add machine' }).click();
  await expect(dialog).toBeHidden();
  const big = card(admin, 'Creality CR-10');
  await expect(big.getByText('$4.50 an hour')).toBeVisible();
  await expect(big.getByText('No printer yet: jobs for this machine have nowhere to start.')).toBeVisible();
  await admin.getByRole('button', { name: 'Add a printer to Creality CR-10' }).click();
  dialog = admin.getByRole('dialog', { name: 'Add a printer' });
  await dialog.getByLabel('Name').fill('Big Bertha');
  await expect(dialog.getByLabel('Machine')).toHaveValue(/./);
  await dialog.getByRole('button', { name: 'Add printer' }).click();
  await expect(big.getByText('Big Bertha')).toBeVisible();

  // A customer's part that fits only there is priced, lies on its bed, and is ordered.
  const page = await customerPage(browser, {});
  await page.goto('/');
  await pick(page, bar('long.stl', 280));
  await priced(page, 'long.stl');
  const cart = (await (await page.request.get('/api/quick-order/cart')).json()) as {
    machines: { bed: { width: number } }[];
  };
  expect(cart.machines.map(({ bed }) => bed.width)).toEqual([300]);
  await picture(page, 'machine-large-bed');
  await fillCheckout(page, { name: 'Lena Long', payment: /^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  // Its job starts on a printer of that machine, and on no other.
  await admin.goto('/staff?tab=all');
  await admin.getByRole('link', { name: number }).click();
  await admin.getByRole('button', { name: 'More', exact: true }).click();
  await admin.getByRole('menuitem', { name: 'Release…' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  await expect(admin.getByText(/^Invoice INV-/)).toBeVisible();
  await admin.goto('/staff/jobs');
  const row = admin.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: 'long.stl: Start printing' }).click();
  dialog = admin.getByRole('dialog', { name: 'Start printing: long.stl' });
  await expect(dialog.getByLabel('Printer').locator('option')).toHaveText(['Choose…', 'Big Bertha, free']);
  await dialog.getByRole('button', { name: 'Start printing' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();

  // Staff see the machines, and say how a printer is; they change nothing else.
  const helper = await helperPage(browser, admin, 'Max Mender');
  await helper.goto('/staff/machines');
  await expect(card(helper, 'Creality CR-10')).toBeVisible();
  await expect(helper.getByRole('button', { name: 'Add a machine' })).toHaveCount(0);
  await helper.getByRole('button', { name: 'What to do with Big Bertha' }).click();
  await helper.getByRole('menuitem', { name: 'It needs maintenance' }).click();
  await expect(card(helper, 'Creality CR-10').getByText('Maintenance')).toBeVisible();

  // Switched off, the machine keeps what it has, and takes nothing new.
  await admin.goto('/staff/machines');
  await admin.getByRole('button', { name: 'Change the machine Creality CR-10' }).click();
  dialog = admin.getByRole('dialog', { name: 'Change Creality CR-10' });
  await dialog.getByLabel('It takes new parts').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(big.getByText('Switched off')).toBeVisible();
  for (const viewport of viewports) {
    await admin.setViewportSize(viewport);
    await findNothingInEither(admin, 'the machines', `machines-${viewport.width}`);
    await fits(admin, 'the machines');
  }
  await page.goto('/');
  await pick(page, bar('longer.stl', 281));
  await expect(page.getByText('Too large for our printer').first()).toBeVisible({ timeout: 60_000 });
  await expect(choices(page, 'longer.stl')).toBeVisible();
});

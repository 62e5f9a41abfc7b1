import { expect, test } from '@playwright/test';

import { close } from '../support/jobs';
import { bracket, stepFile } from '../support/models';
import { customerPage, fillCheckout, orderNumber, part, pick, picture, priced, staffPage } from '../support/shop';

test('staff leave one part out of an order, put it back, and leave it out for good', async ({ browser }) => {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/');
  await pick(page, bracket('base.stl'), bracket('cover.stl', 1.5));
  await priced(page, 'base.stl');
  await priced(page, 'cover.stl');
  await fillCheckout(page, { name: 'Orla Finn', payment: /^When I collect it/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByText('Order received', { exact: true })).toBeVisible();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Leave cover.stl out…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Leave cover.stl out?' });
  const sums = dialog.getByText(/^The rest comes to \$[\d.]+\. So far the order cost \$[\d.]+\.$/);
  const rest = /\$([\d.]+)\. So/.exec(await sums.innerText())![1];
  await dialog.getByRole('button', { name: 'Leave it out' }).click();
  await expect(dialog.getByText('Give a reason first. The customer will read it.')).toBeVisible();
  for (const width of [390, 1280]) {
    await staff.setViewportSize({ width, height: 800 });
    await picture(staff, `staff-leave-out-${width}`);
  }
  await dialog.getByLabel('Reason', { exact: true }).fill('Its walls are too thin to print.');
  await dialog.getByRole('button', { name: 'Leave it out' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('Its walls are too thin to print.').first()).toBeVisible();
  await expect(staff.getByRole('button', { name: 'Leave base.stl out…' })).toHaveCount(0); // it is all that is left
  const owed = staff.getByText('Still to pay', { exact: true }).locator('..');
  await expect(owed).toContainText(`$${rest}`);
  await picture(staff, 'staff-left-out');
  await page.reload();
  await expect(page.getByText('We left this part out: Its walls are too thin to print.')).toBeVisible();
  await expect(page.getByText(`$${rest}`).first()).toBeVisible();
  await picture(page, 'phone-left-out');

  // It can be made after all, until the work begins.
  await staff.getByRole('button', { name: 'Put cover.stl back' }).click();
  const back = staff.getByRole('dialog', { name: 'Put cover.stl back?' });
  await expect(back.getByText(/ then costs \$[\d.]+ instead of \$[\d.]+\.$/)).toContainText(`instead of $${rest}.`);
  await picture(staff, 'staff-put-back');
  await back.getByRole('button', { name: 'Put it back' }).click();
  await expect(staff.getByRole('button', { name: 'Leave cover.stl out…' })).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^We left this part out/)).toHaveCount(0);

  // Released, its job stops, and the rest goes on.
  await staff.getByRole('button', { name: 'Release…' }).click();
  await staff.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  await staff.getByRole('button', { name: 'Leave cover.stl out…' }).click();
  await expect(dialog.getByLabel('It costs now')).toHaveValue(rest!);
  await dialog.getByLabel('Reason', { exact: true }).fill('Its walls are too thin to print.');
  await dialog.getByRole('button', { name: 'Leave it out' }).click();
  await expect(dialog).toBeHidden();
  await expect(owed).toContainText(`$${rest}`);
  await expect(staff.getByText('Cancelled', { exact: true }).first()).toBeVisible();
  await expect(staff.getByRole('button', { name: 'base.stl: Start printing' })).toBeVisible();
  await picture(staff, 'staff-left-out-released');
  await page.reload();
  await expect(page.getByText('We left this part out: Its walls are too thin to print.')).toBeVisible();
  await close(page, staff);
});

test('a file without a price is left out in review, and the rest is approved for what it costs', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('foot.stl', 1.1), stepFile('drawn.step'));
  await priced(page, 'foot.stl');
  await expect(part(page, 'drawn.step').getByText('no price yet')).toBeVisible({ timeout: 60_000 });
  await fillCheckout(page, { name: 'Pia Holt' });
  await page.getByRole('button', { name: 'Request review' }).click();
  await expect(page.getByText('In review', { exact: true })).toBeVisible();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=review');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Leave drawn.step out…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Leave drawn.step out?' });
  await expect(dialog.getByText('You set the price of the rest when you approve the order.')).toBeVisible();
  await dialog.getByLabel('Reason', { exact: true }).fill('We cannot make it.');
  await dialog.getByRole('button', { name: 'Leave it out' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('priced in review')).toHaveCount(0);
  await staff.getByRole('button', { name: 'Approve…' }).click();
  const approve = staff.getByRole('dialog', { name: `Approve ${number}` });
  await expect(approve.getByText(/no price/)).toHaveCount(0);
  await approve.getByRole('button', { name: /^Approve/ }).click();
  await expect(approve).toBeHidden();
  // Its price was set without it.
  await expect(staff.getByRole('button', { name: 'Put drawn.step back' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('We left this part out: We cannot make it.')).toBeVisible();
  await close(page, staff);
});

import { expect, test } from '@playwright/test';

import { bracket } from '../support/models';
import { customerPage, fillCheckout, orderNumber, pick, priced, staffPage } from '../support/shop';

test('a cancelled order takes its jobs off a board that is open elsewhere', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('hook.stl'));
  await priced(page, 'hook.stl');
  await fillCheckout(page, { name: 'Uma Thorn', payment: /^When I collect it/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  const board = await staffPage(browser);
  await board.goto('/staff/jobs');
  const job = board.getByRole('row').filter({ hasText: number });
  await expect(board.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await expect(job).toHaveCount(0);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Release…' }).click();
  await staff.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  await expect(job).toBeVisible({ timeout: 2000 });

  await staff.getByRole('button', { name: 'More' }).click();
  await staff.getByRole('menuitem', { name: 'Cancel order…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Cancel ${number}?` });
  await dialog.getByLabel('Reason').fill('Ordered twice.');
  await dialog.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(dialog).toBeHidden();
  await expect(job).toHaveCount(0, { timeout: 2000 });
  await expect(board).toHaveURL(/\/staff\/jobs$/);

  await page.context().close();
  await board.context().close();
  await staff.context().close();
});

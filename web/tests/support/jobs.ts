import { expect, type Browser, type Page } from '@playwright/test';

import { bracket } from './models';
import { choices, customerPage, fillCheckout, orderNumber, pick, priced, staffPage } from './shop';

/** An order of brackets that may be printed: its customer's page, its number, and its page as staff see it. */
export async function released(
  browser: Browser,
  name: string,
  copies: number,
  ...files: string[]
): Promise<{ page: Page; staff: Page; number: string }> {
  const page = await customerPage(browser);
  await page.goto('/');
  // Copies of one part; more parts are one each.
  await pick(page, bracket(files[0]));
  await priced(page, files[0]!);
  if (copies > 1) {
    const card = choices(page, files[0]!);
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await card.getByLabel('Copies').fill(String(copies));
    await card.getByLabel('Copies').blur();
    await kept;
    await expect(card.getByText(`${copies} copies`, { exact: true })).toBeVisible();
    await priced(page, files[0]!);
  }
  for (const [i, file] of files.slice(1).entries()) {
    await pick(page, bracket(file, 1.1 + i / 10));
    await priced(page, file);
  }
  await fillCheckout(page, { name, payment: /^By bank transfer|^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'More', exact: true }).click();
  await staff.getByRole('menuitem', { name: 'Release…' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  return { page, staff, number };
}

export const close = async (...pages: Page[]): Promise<void> => {
  for (const page of pages) await page.context().close();
};

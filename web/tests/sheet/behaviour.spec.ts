import { expect, test, type Page } from '@playwright/test';

const row = (page: Page, name: string) => page.getByRole('row', { name });

test.beforeEach(async ({ page }) => {
  await page.goto('/ui');
  await expect(row(page, 'ORD-1042')).toBeVisible();
});

test('a table is walked, chosen from and opened with the keyboard', async ({ page }) => {
  // From nowhere, J takes the first row; in a field it is a letter.
  await page.getByLabel('Number or client').focus();
  await page.keyboard.press('j');
  await expect(page.getByLabel('Number or client')).toHaveValue('j');
  await page.getByLabel('Number or client').fill('');
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('j');
  await expect(row(page, 'ORD-1038')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'ORD-1042')).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const bar = page.getByRole('region', { name: 'Chosen rows' });
  await expect(bar).toContainText('2 selected');
  await expect(bar).toContainText('$278.91');
  await bar.getByRole('button', { name: 'Choose none' }).click();
  await expect(bar).toBeHidden();
  await row(page, 'ORD-1045').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/order=ORD-1045/);
});

test('what a table shows stands in the address', async ({ page }) => {
  const table = page.getByRole('table', { name: 'Orders' });
  await table.getByRole('link', { name: 'Total' }).click();
  await expect(page).toHaveURL(/sort=total/);
  await expect(table.getByRole('row').nth(1)).toContainText('ORD-1046');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('menuitem', { name: 'PETG' }).click();
  await expect(page).toHaveURL(/material=petg/);
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.reload();
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: /^Material: PETG/ }).click();
  await expect(page).not.toHaveURL(/material/);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(table.getByRole('row')).toHaveCount(6);
  await page.goBack();
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.getByLabel('Number or client').fill('nobody');
  await expect(page.getByText('No order matches')).toBeVisible();
});

test('an error goes as soon as the field is right', async ({ page }) => {
  const email = page.getByLabel('E-mail');
  await expect(email).toHaveAccessibleDescription('There are two @ signs. Take one out.');
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await email.fill('priya@example.com');
  await expect(page.getByText('There are two @ signs.')).toBeHidden();
  await expect(email).not.toHaveAttribute('aria-invalid');
});

test('a busy button keeps its width', async ({ page }) => {
  const busy = page.getByRole('button', { name: 'Paying' });
  const before = await busy.boundingBox();
  await page.getByRole('button', { name: 'Switch busy' }).click();
  const after = await page.locator('button:has(.btn-faces)').first().boundingBox();
  expect(after?.width).toBe(before?.width);
});

test('a dialog that fails says why and stays', async ({ page }) => {
  await page.getByRole('button', { name: 'One that fails…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Close the month?' });
  await dialog.getByRole('button', { name: 'Close it' }).click();
  await expect(dialog.getByRole('button', { name: 'Closing' })).toHaveAttribute('aria-busy', 'true');
  await expect(dialog.getByRole('alert')).toContainText('Something went wrong');
});

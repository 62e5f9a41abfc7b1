import { expect, test } from '@playwright/test';

import { admin, picture, publicURL, setupLink, staffPage, staffState } from '../support/shop';

test('the one-time link makes the first admin, once', async ({ page, browser }) => {
  await page.goto(`${setupLink()}x`);
  await expect(page.getByText('This link no longer works')).toBeVisible();
  await expect(page.getByLabel('Your name')).toHaveCount(0);

  await page.goto(setupLink());
  await expect(page.getByRole('heading', { name: 'Set up the shop' })).toBeVisible();
  await page.getByLabel('Your name').fill(admin.name);
  await page.getByLabel('E-mail', { exact: true }).fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await picture(page, 'setup');
  await page.getByRole('button', { name: 'Open the shop' }).click();

  await expect(page.getByRole('heading', { name: 'Orders' })).toBeVisible();
  await expect(page.getByText('No open orders')).toBeVisible();
  await page.context().storageState({ path: staffState });

  await page.goto(setupLink());
  await expect(page.getByText('This shop is already set up')).toBeVisible();

  const again = await staffPage(browser);
  await again.goto('/staff/settings');
  await expect(again.getByLabel('Business name')).not.toHaveValue('');
  await again.context().close();
});

test('staff log in with their password, and are led back to where they were going', async ({ page }) => {
  await page.goto(setupLink().replace(/\/staff\/.*/, '/staff/jobs'));
  await expect(page.getByRole('heading', { name: 'Log in to the shop' })).toBeVisible();
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible();
});

test('staff pages do not exist at the public door', async ({ request }) => {
  for (const path of ['/staff', '/staff/login', '/api/auth/me', '/api/orders']) {
    expect((await request.get(publicURL() + path)).status(), path).toBe(404);
  }
});

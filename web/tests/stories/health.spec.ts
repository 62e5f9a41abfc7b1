import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

import { picture, staffPage } from '../support/shop';

test('a page that could not be loaded comes back with the server', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff');
  await expect(page.getByRole('heading', { name: 'Orders' })).toBeVisible();
  // The server is away, for what the next page needs and for who asks whether it is back.
  let away = true;
  await page.route(/\/assets\/|\/healthz/, (route) => (away ? route.abort('connectionrefused') : route.fallback()));
  await page.getByRole('link', { name: 'Jobs' }).click();
  await expect(page.getByText('This page did not load.')).toBeVisible();
  away = false;
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible({ timeout: 60_000 });
  await page.context().close();
});

test('a clock that jumped is shown on every staff page, until an admin says that it is right', async ({ browser }) => {
  const page = await staffPage(browser);
  let held = true;
  // The stories' shop cannot turn its machine's clock: only this one fact is put in its mouth.
  await page.route('**/api/status', async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, json: { ...(await reply.json()), clock_held: held, warnings: ['The disk is nearly full: new uploads are refused.'] } }); // prettier-ignore
  });
  await page.goto('/staff/jobs');
  const notes = page.getByRole('region', { name: 'This server' });
  await expect(notes.getByText('The clock of this machine jumped')).toBeVisible();
  await expect(notes.getByText(/It shows .* \d{4}/)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await picture(page, 'staff-clock-held');

  const warning = notes.getByText('The disk is nearly full');
  await expect(warning).toBeHidden();
  await notes.getByText('1 warning about this server').click();
  await expect(warning).toBeVisible();

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Background work' }).click();
  await expect(page.getByRole('heading', { name: 'Background work' })).toBeAttached();
  held = false; // from here on the shop's own answers count
  await notes.getByRole('button', { name: 'Yes, use it' }).focus();
  const answer = page.waitForResponse('**/api/status/accept-clock');
  await page.keyboard.press('Enter');
  const status = await (await answer).json();
  expect(status.clock_held).toBe(false);
  await expect(notes.getByText('The clock of this machine jumped')).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeFocused();
  await page.context().close();
});

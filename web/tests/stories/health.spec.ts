import { expect, test, type Page } from '@playwright/test';

import { findNothing } from '../support/access';
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
    const alarms = held
      ? [{ id: '1', kind: 'clock_held', message: 'The clock jumped.', object_kind: 'shop', raised: 1 }]
      : [];
    await route.fulfill({ response: reply, json: { ...(await reply.json()), alarms, alarm_count: alarms.length, warnings: ['Files are not locked on this system.'] } }); // prettier-ignore
  });
  await page.goto('/staff/jobs');
  const notes = page.getByRole('region', { name: 'This server' });
  await expect(notes.getByText('The clock of this machine jumped')).toBeVisible();
  await expect(notes.getByText(/It shows .* \d{4}/)).toBeVisible();
  await findNothing(page, 'a clock that jumped');
  await picture(page, 'staff-clock-held');

  const warning = notes.getByText('Files are not locked');
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
  expect(status.alarms).toEqual([]);
  await expect(notes.getByText('The clock of this machine jumped')).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeFocused();
  await page.context().close();
});

test('an alarm leads to its cause, and a chore is run now from the list of background work', async ({ browser }) => {
  const page = await staffPage(browser);
  // Nothing of the stories' shop fails by itself: what failed is put in its mouth.
  await page.route('**/api/status', async (route) => {
    const reply = await route.fetch();
    const alarms = [
      { id: '1', kind: 'task_failed', message: '“Check stored files for damage” failed and was given up.', object_kind: 'task', object_id: '1', raised: 1 }, // prettier-ignore
      { id: '2', kind: 'sweep_held', message: 'The nightly clean-up would remove 512 of 600 files.', object_kind: 'shop', files: 512, raised: 1 }, // prettier-ignore
    ];
    await route.fulfill({ response: reply, json: { ...(await reply.json()), alarms, alarm_count: alarms.length } });
  });
  await page.goto('/staff');
  const notes = page.getByRole('region', { name: 'This server' });
  await notes.getByText('1 thing needs attention').click();
  await expect(notes.getByText(/was given up/)).toBeVisible();
  await findNothing(page, 'alarms');
  await picture(page, 'staff-alarms');

  // How many files would go stands on the button and in the question; the shop knows of none, and says so.
  await notes.getByRole('button', { name: 'Confirm: remove 512 files' }).click();
  const question = page.getByRole('dialog', { name: 'Remove 512 files?' });
  await question.getByRole('button', { name: 'Remove 512 files' }).click();
  await expect(question.getByText('The clean-up no longer needs an answer.')).toBeVisible();
  await question.getByRole('button', { name: 'Keep them' }).click();

  await notes.getByRole('link', { name: 'Open background work' }).click();
  await expect(page).toHaveURL(/\/staff\/tasks$/);
  const chores = page.getByRole('table', { name: 'Background work' });
  const row = chores.getByRole('row', { name: /Check stored files for damage/ });
  await expect(row.getByText('Every day')).toBeVisible();
  await expect(row.getByText('Done')).toBeVisible();
  const before = await lastRun(page);
  await row.getByRole('button', { name: 'Run now: Check stored files for damage' }).click();
  await expect.poll(() => lastRun(page)).toBeGreaterThan(before);
  await expect(row.getByText('Done')).toBeVisible();
  await findNothing(page, 'background work');
  await picture(page, 'staff-tasks');
  await page.context().close();
});

/** When the shop read its files last. */
async function lastRun(page: Page): Promise<number> {
  const { chores } = await (await page.request.get('/api/tasks')).json();
  return chores.find((chore: { kind: string }) => chore.kind === 'check.bytes').last_run;
}

test('the line in the side menu leads to the page of the status, where all of it stands open', async ({ browser }) => {
  const page = await staffPage(browser);
  const alarm = { id: '1', kind: 'disk_low', message: 'The disk is nearly full.', object_kind: 'shop', raised: 1 };
  await page.route('**/api/status', async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, json: { ...(await reply.json()), alarms: [alarm], alarm_count: 1 } });
  });
  await page.goto('/staff');
  await page.getByRole('link', { name: 'Something needs attention' }).click();
  await expect(page.getByRole('heading', { name: 'Status' })).toBeAttached();
  const notes = page.getByRole('region', { name: 'This server' });
  await expect(notes.getByText(alarm.message)).toBeVisible();
  await findNothing(page, 'status');
  await picture(page, 'staff-status');

  // From the drawer of a phone, too: it closes, and the chosen tab is in sight.
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('/staff?tab=all');
  await expect(page.getByRole('link', { name: /^All/ })).toBeInViewport({ ratio: 0.95 });
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Something needs attention' }).click();
  await expect(page.getByRole('dialog', { name: 'Menu' })).toBeHidden();
  await expect(notes.getByText(alarm.message)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Status', exact: true })).toBeInViewport({ ratio: 0.95 });
  await page.context().close();
});

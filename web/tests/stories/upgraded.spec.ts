import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test, type Browser, type Page } from '@playwright/test';

import { launchOn, type Server } from '../support/server';
import { admin, picture } from '../support/shop';

/** A shop of the first release, as it was left, with this program. */
let shop: Server;
const demo = ['--demo', '--empty', '--stripe-stand-in', '127.0.0.1:0'];

test.beforeAll(async () => {
  test.setTimeout(240_000);
  const data = mkdtempSync(path.join(tmpdir(), 'buildplate-upgraded-'));
  execFileSync('go', ['run', './web/tests/testdata/release1', data], { cwd: path.resolve('..') });
  shop = await launchOn(data, ...demo);
});
test.afterAll(() => shop.stop());

async function post(page: Page, at: string, data: object) {
  const reply = await page.request.post(at, { data });
  expect(reply.ok(), `${at}: ${await reply.text()}`).toBe(true);
  return reply.status() === 204 ? undefined : reply.json();
}

async function logsIn(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: shop.staffURL, extraHTTPHeaders: { Origin: shop.staffURL } });
  const page = await context.newPage();
  await post(page, '/api/auth/login', { email: 'ada@example.com', password: admin.password });
  return page;
}

/** The same shop so many days later, by its own clock, after the night's clean-up of old models. */
async function later(browser: Browser, days: number): Promise<Page> {
  shop = await shop.again(...demo, '--ahead', `${days * 24}h`);
  const page = await logsIn(browser);
  const { now } = await (await page.request.get('/api/status')).json();
  await post(page, '/api/status/accept-clock', {});
  await expect
    .poll(
      async () => {
        const { chores } = await (await page.request.get('/api/tasks')).json();
        const { last_run, state } = chores.find((chore: { kind: string }) => chore.kind === 'clean.models');
        return last_run > now - 60_000 && state === 'done';
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  return page;
}

async function orderOf(page: Page, number: string) {
  const { orders } = await (await page.request.get(`/api/orders?tab=all&q=${number}`)).json();
  return (await page.request.get(`/api/orders/${orders[0].id}`)).json();
}

test('orders of the first release get their work, their warning and their days from the upgrade on', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const binary = path.resolve(process.env.BUILDPLATE ?? '../buildplate');
  const told = execFileSync(binary, ['admin', 'reset', 'ada@example.com', '--data', shop.data], { encoding: 'utf8' });
  const token = /\/staff\/link\/(\S+)/.exec(told)![1]!;
  const first = await browser.newContext({ baseURL: shop.staffURL, extraHTTPHeaders: { Origin: shop.staffURL } });
  await post(await first.newPage(), '/api/auth/link/use', { token, name: 'Ada', password: admin.password });
  await first.close();
  let staff = await logsIn(browser);

  // What was never sliced is a job that is made another way, and goes its way to its end.
  const mixed = await orderOf(staff, 'ORD-1003');
  await staff.goto(`/staff/orders/${mixed.id}`);
  await expect(staff.getByText('No G-code yet. Add a model or G-code, or make it another way.')).toBeVisible();
  await picture(staff, 'staff-upgraded-elsewhere');
  const drawing = async () =>
    (await orderOf(staff, 'ORD-1003')).jobs.find((job: { title: string }) => job.title.startsWith('drawing.step'));
  for (const state of ['IN_QUEUE', 'PRINTING', 'PRINTING_COMPLETE', 'PACKAGING', 'READY_TO_COLLECT']) {
    const { id, version, next } = await drawing();
    if (next.includes(state)) await post(staff, `/api/jobs/${id}/status`, { version, state, shelf: 'B3' });
  }
  expect((await drawing()).state).toBe('READY_TO_COLLECT');
  await staff.reload();

  await expect(staff.getByText('No G-code yet. Add a model or G-code, or make it another way.')).toHaveCount(0);

  // An order that was done under that release: its days count from today, and nothing warns yet.
  const done = await orderOf(staff, 'ORD-1018');
  const files: number = done.files.length;
  expect(files).toBeGreaterThan(0);
  const made = await post(staff, `/api/orders/${done.id}/link`, {});
  const at = new URL(made.url).pathname;
  await staff.goto(`/staff/orders/${done.id}`);
  await expect(staff.getByText(/^These files stay for 90 days|^These files are deleted after/)).toBeVisible();
  const reads = async () => {
    const page = await (await browser.newContext({ baseURL: shop.publicURL })).newPage();
    await page.goto(at);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    return page;
  };
  let page = await reads();
  await expect(page.getByText(/We delete your files after/)).toHaveCount(0);
  await page.context().close();
  await staff.context().close();

  // Two weeks on, all is there. Two weeks before the day the customer's page names it.
  staff = await later(browser, 14);
  expect((await orderOf(staff, 'ORD-1018')).files).toHaveLength(files);
  await staff.context().close();
  staff = await later(browser, 80);
  expect((await orderOf(staff, 'ORD-1018')).files).toHaveLength(files);
  page = await reads();
  await expect(page.getByText(/We delete your files after \d+ \w+ \d{4}/)).toBeVisible();
  await picture(page, 'customer-upgraded-warning');
  await page.context().close();
  await staff.goto(`/staff/orders/${done.id}`);
  await expect(staff.getByText(/^These files are deleted after \d+ \w+ \d{4}/)).toBeVisible();
  await staff.context().close();

  // Once the day has passed they go, as the table promises.
  staff = await later(browser, 96);
  await expect.poll(async () => (await orderOf(staff, 'ORD-1018')).files.length, { timeout: 60_000 }).toBe(0);
  expect((await orderOf(staff, 'ORD-1003')).files.length).toBeGreaterThan(0); // it is not done
  page = await reads();
  await expect(page.getByText(/We delete your files after/)).toHaveCount(0);
  await page.context().close();
  await staff.context().close();
});

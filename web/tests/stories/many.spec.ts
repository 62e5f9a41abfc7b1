import { expect, test, type APIRequestContext, type Browser, type Page } from '@playwright/test';

import { launch, type Server } from '../support/server';
import { admin, picture } from '../support/shop';

/** A demonstration of its own: its lists are long, and its clock runs ahead as weeks pass. */
let shop: Server;
test.beforeAll(async () => {
  shop = await launch('--demo', '--empty', '--stripe-stand-in', '127.0.0.1:0', '--tunnel', 'cloudflared');
});
test.afterAll(() => shop.stop());

async function post(request: APIRequestContext, path: string, data: object) {
  const reply = await request.post(path, { data });
  expect(reply.ok(), `${path}: ${await reply.text()}`).toBe(true);
  return reply.status() === 204 ? undefined : reply.json();
}

/** What somebody who is logged in asks the shop with. */
async function loggedIn(browser: Browser, path: string, data: object): Promise<Page> {
  const context = await browser.newContext({ baseURL: shop.staffURL, extraHTTPHeaders: { Origin: shop.staffURL } });
  await post(context.request, path, data);
  return context.newPage();
}

const logsIn = (browser: Browser, email: string) =>
  loggedIn(browser, '/api/auth/login', { email, password: admin.password });

/** A photo that a visitor sends. */
async function sends(request: APIRequestContext, name: string): Promise<void> {
  const photo = Buffer.from(`ÿØÿà ${name}`, 'latin1');
  const headers = { 'Tus-Resumable': '1.0.0' };
  const told = { 'Upload-Length': String(photo.length), 'Upload-Metadata': `filename ${btoa(name)}` };
  const begun = await request.post('/api/quick-order/upload', { headers: { ...headers, ...told } });
  expect(begun.status(), await begun.text()).toBe(201);
  const piece = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };
  const sent = await request.patch(begun.headers().location!, { data: photo, headers: { ...headers, ...piece } });
  expect(sent.status(), await sent.text()).toBe(204);
}

/** An order that a visitor from an address of their own asks for; so many photos, or a link. Its customer's address. */
async function asked(request: APIRequestContext, photos: number): Promise<string> {
  for (let i = 0; i < photos; i++) await sends(request, `photo ${i}.jpg`);
  if (photos === 0) await post(request, '/api/quick-order/links', { link: 'https://www.example.com/models/7' });
  await expect.poll(async () => (await (await request.get('/api/quick-order/cart')).json()).busy).toBe(false);
  const placed = await post(request, '/api/quick-order/checkout', {
    contact: { name: photos ? 'Mona Reyes' : 'Una Link', email: 'visitor@example.com', phone: '0400 000 000' },
    delivery: { method: 'pickup' },
    payment: 'review',
    terms_version: '1',
    terms_accepted: true,
    expected_total: 0,
  });
  return placed.order_url;
}

/** Waits for the night's clean-up of old models, which comes by itself once the clock is trusted. */
async function cleansModels(page: Page): Promise<void> {
  const begun = (await (await page.request.get('/api/status')).json()).now - 60_000;
  await expect
    .poll(async () => {
      const { chores } = await (await page.request.get('/api/tasks')).json();
      const { last_run, state } = chores.find((chore: { kind: string }) => chore.kind === 'clean.models');
      return last_run > begun && state === 'done';
    })
    .toBe(true);
}

test('lists go on after their first page, and old models wait for an admin’s word', async ({ browser, playwright }) => {
  const token = shop.setupLink.split('/').pop();
  let staff = await loggedIn(browser, '/api/setup', { token, ...admin });
  const helper = { name: 'Gus Till', email: 'gus@example.com' };
  const invited = await post(staff.request, '/api/users', { ...helper, role: 'STAFF' });
  const link = { name: helper.name, password: admin.password, token: invited.path.split('/').pop() };
  await (await loggedIn(browser, '/api/auth/link/use', link)).context().close();

  const orders: string[] = [];
  for (let i = 0; i < 51; i++) {
    const headers = { Origin: shop.publicURL, 'CF-Connecting-IP': `100.${64 + i}.0.1` };
    const visitor = await playwright.request.newContext({ baseURL: shop.publicURL, extraHTTPHeaders: headers });
    orders.push(await asked(visitor, i < 2 ? 26 : 0));
    await visitor.dispose();
  }
  const rows = staff.getByRole('table').getByRole('row');
  const more = staff.getByRole('button', { name: 'Show more' });
  await staff.goto('/staff?tab=all');
  await expect(staff.getByText('51 orders', { exact: true })).toBeVisible();
  await expect(staff.getByText('50 of 51', { exact: true })).toBeVisible();
  await expect(rows).toHaveCount(1 + 50);
  await picture(staff, 'staff-orders-more');
  await more.click();
  await expect(rows).toHaveCount(1 + 51);
  await expect(more).toHaveCount(0);

  const found = await (await staff.request.get('/api/orders?tab=all&q=Mona')).json();
  const big: { id: string; number: string }[] = found.orders;
  expect(big).toHaveLength(2);
  const act = async (id: string, what: string, data: object): Promise<void> => {
    const { version } = await (await staff.request.get(`/api/orders/${id}`)).json();
    await post(staff.request, `/api/orders/${id}/${what}`, { version, ...data });
  };
  for (const { id } of big) {
    await act(id, 'approve', { adjusted_total: 8000, reason: 'As agreed' });
    await act(id, 'release', {});
  }
  await staff.goto('/staff/jobs');
  await expect(staff.getByText('52 jobs', { exact: true })).toBeVisible();
  await expect(staff.getByText('50 of 52', { exact: true })).toBeVisible();
  await expect(rows).toHaveCount(1 + 50);
  await more.click();
  await expect(rows).toHaveCount(1 + 52);
  await expect(more).toHaveCount(0);
  for (const { id } of big) await act(id, 'cancel', { reason: 'They changed their mind.' });
  await staff.context().close();

  // Weeks later the customers' pages warn; what the clock shows counts when an admin has said that it is right.
  shop = await shop.again('--demo', '--empty', '--stripe-stand-in', '127.0.0.1:0', '--ahead', `${80 * 24}h`);
  staff = await logsIn(browser, admin.email);
  await staff.goto('/staff/jobs');
  await expect(staff.getByText('The clock of this machine jumped')).toBeVisible();
  await staff.getByRole('button', { name: 'Yes, use it' }).click();
  await expect(staff.getByText('The clock of this machine jumped')).toBeHidden();
  await cleansModels(staff);
  const customer = await (await browser.newContext({ baseURL: shop.publicURL })).newPage();
  await customer.goto(new URL(orders[0]!, shop.publicURL).pathname);
  await expect(customer.getByText(/We delete your files after/)).toBeVisible();
  await staff.context().close();
  await customer.context().close();

  // Two weeks after that they are due: unusually many at once, so none goes, and staff are told.
  shop = await shop.again('--demo', '--empty', '--stripe-stand-in', '127.0.0.1:0', '--ahead', `${95 * 24}h`);
  staff = await logsIn(browser, admin.email);
  await post(staff.request, '/api/status/accept-clock', {});
  await cleansModels(staff);
  const told = /^52 of 101 files of orders are old enough to be deleted, as the terms say\./;
  const theirs = await logsIn(browser, helper.email);
  await theirs.goto(`/staff/orders/${big[0]!.id}`);
  await expect(theirs.getByText(told)).toContainText('An admin decides.');
  await expect(theirs.getByRole('button', { name: /^Confirm/ })).toHaveCount(0);
  const files = theirs.getByRole('button', { name: /^Download/ });
  await expect(files.first()).toBeVisible();
  await picture(theirs, 'staff-deletion-waits');

  await staff.goto('/staff/status');
  await expect(staff.getByText(told)).toContainText('You decide.');
  await staff.getByRole('button', { name: 'Confirm: delete 52 files' }).click();
  const question = staff.getByRole('dialog', { name: 'Delete 52 files?' });
  await question.getByRole('button', { name: 'Keep them' }).click();
  await expect(files.first()).toBeVisible();
  await staff.getByRole('button', { name: 'Confirm: delete 52 files' }).click();
  await question.getByRole('button', { name: 'Delete 52 files' }).click();
  await expect(staff.getByText('The deletion continues.')).toBeVisible();
  await expect(staff.getByText('The deletion of old models waits')).toHaveCount(0);
  await expect(async () => {
    await theirs.reload();
    await expect(theirs.getByText('Deleted 26 files, as the terms say.')).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expect(files).toHaveCount(0);
  await staff.context().close();
  await theirs.context().close();
});

import { expect, test } from '@playwright/test';

import { findNothing } from '../support/access';
import { bracket, heavyBox } from '../support/models';
import { customerPage, part, pick, picture, priced, stage, staffPage } from '../support/shop';

test('an upload that is cut in the middle goes on from where it was', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  const sizes: number[] = [];
  let cuts = 0;
  await page.route('**/api/quick-order/upload/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.fallback();
    const offset = Number(request.headers()['upload-offset']);
    // The line breaks twice in the second part; what follows must begin there, not at zero.
    if (offset > 0 && cuts < 2) {
      cuts++;
      return route.abort('connectionreset');
    }
    sizes.push(offset);
    return route.fallback();
  });
  const heavy = heavyBox('heavy.stl', 180_000); // 9 MB, three parts
  await pick(page, heavy);
  await expect(part(page, 'heavy.stl')).toBeVisible({ timeout: 60_000 });
  expect(cuts).toBe(2);
  expect(sizes.slice(0, 2)).toEqual([0, 4 * 1024 * 1024]);
  expect(sizes, 'on from where it was').toEqual([...new Set(sizes)].sort((a, b) => a - b));
  await page.context().close();
});

test('files dropped together on a first visit come into one cart', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  let begun = 0;
  await page.route('**/api/quick-order/upload', async (route) => {
    if (begun++ === 0) await new Promise((resolve) => setTimeout(resolve, 500)); // the answer that brings the cart
    await route.fallback();
  });
  await pick(page, bracket('one.stl'), bracket('two.stl', 1.1), bracket('three.stl', 1.2));
  for (const name of ['one.stl', 'two.stl', 'three.stl']) await expect(part(page, name)).toBeVisible();
  await page.context().close();
});

test('an upload that has to wait for its turn says so, and goes on by itself', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  let refused = 0;
  await page.route('**/api/quick-order/upload/*', async (route) => {
    if (route.request().method() !== 'PATCH' || refused > 0) return route.fallback();
    refused++;
    await route.fulfill({
      status: 503,
      headers: { 'Retry-After': '1', 'Tus-Resumable': '1.0.0', 'Content-Type': 'application/problem+json' },
      body: JSON.stringify({
        status: 503,
        title: 'Service Unavailable',
        detail: 'Busy.',
        kind: 'unavailable',
        code: 'unavailable',
      }),
    });
  });
  await pick(page, bracket('turn.stl'));
  await expect(page.getByText('Many files are arriving just now. Yours continues by itself.')).toBeVisible();
  await expect(part(page, 'turn.stl')).toBeVisible({ timeout: 60_000 });
  expect(refused).toBe(1);
  await page.context().close();
});

test('staff see what is being uploaded, and can give it up', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  let arrive: () => void = () => undefined;
  const arriving = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/api/quick-order/upload/*', async (route) => {
    if (route.request().method() === 'PATCH') await arriving;
    await route.fallback();
  });
  const begun = page.waitForResponse((reply) => reply.status() === 201);
  await pick(page, bracket('under way.stl'));
  await begun;

  const staff = await staffPage(browser);
  await staff.goto('/staff/tasks');
  const row = staff.getByRole('table', { name: 'Uploads under way' }).getByRole('row', { name: /under way\.stl/ });
  await expect(row.getByText('A visitor')).toBeVisible();
  await findNothing(staff, 'uploads');
  await picture(staff, 'staff-uploads');
  await row.getByRole('button', { name: 'Clear: under way.stl' }).click();
  await expect(row).toHaveCount(0);
  arrive(); // the page hears that it is gone, and does not begin again by itself
  await expect(page.getByText('This upload is no longer here.')).toBeVisible();
  await staff.context().close();
  await page.context().close();
});

test('an upload without a connection says that it waits, and goes on by itself', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.context().setOffline(true);
  await pick(page, bracket('patient.stl'));
  await expect(page.getByText('Waiting for the connection…')).toBeVisible();
  await page.context().setOffline(false);
  await expect(part(page, 'patient.stl')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Waiting for the connection…')).toHaveCount(0);
  await page.context().close();
});

test('the same file picked again after a reload sends only the rest', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  let broken = true;
  let refused = 0;
  const offsets: number[] = [];
  await page.route('**/api/quick-order/upload/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return broken ? route.abort('connectionreset') : route.fallback();
    const offset = Number(request.headers()['upload-offset']);
    if (broken && offset > 0) {
      refused++;
      return route.abort('connectionreset');
    }
    offsets.push(offset);
    return route.fallback();
  });
  // A file on the disk, since the browser knows it again by name, size and time.
  const heavy = heavyBox('resumed.stl', 120_000);
  const file = test.info().outputPath('resumed.stl');
  await import('node:fs/promises').then((fs) => fs.writeFile(file, heavy.buffer));
  await page.locator('input[type=file]').setInputFiles(file);
  await expect.poll(() => offsets.length).toBe(1);
  await expect.poll(() => refused).toBeGreaterThan(0); // the first piece has arrived, and the page goes on from there
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  broken = false;
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(part(page, 'resumed.stl')).toBeVisible({ timeout: 60_000 });
  expect(offsets).toEqual([0, 4 * 1024 * 1024]);
  await page.context().close();
});

test('a question about the unit is asked in two big buttons, and answered', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('tiny.stl', 0.13)); // 5.2 mm long, or 132 mm
  const card = part(page, 'tiny.stl');
  await expect(card.getByRole('heading', { name: 'How wide is it?' })).toBeVisible();
  await picture(page, 'unit-question');
  await card.getByRole('button', { name: /inches/ }).click();
  await priced(page, 'tiny.stl');
  await expect(
    stage(page, 'tiny.stl')
      .getByText(/132 × /)
      .first(),
  ).toBeVisible();
  await page.context().close();
});

test('an empty file is turned away with a message, and the others are taken', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, { name: 'empty.stl', mimeType: 'model/stl', buffer: Buffer.alloc(0) }, bracket('good.stl'));
  await expect(page.getByText(/empty\.stl: This file is empty/)).toBeVisible();
  await expect(part(page, 'good.stl')).toBeVisible();
  await page.context().close();
});

test('checkout waits for a file on its way, and leaving the page asks first', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('first.stl'));
  await priced(page, 'first.stl');
  await expect(page.getByRole('link', { name: /^Check out/ })).toBeVisible();

  let arrive: () => void = () => undefined;
  const arriving = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/api/quick-order/upload/*', async (route) => {
    if (route.request().method() === 'PATCH') await arriving;
    await route.fallback();
  });
  await pick(page, bracket('second.stl', 1.2));
  const toCheckout = page.getByRole('button', { name: /^Check out/ });
  await expect(toCheckout).toBeDisabled();
  await expect(toCheckout).toHaveAccessibleDescription('A file is still on its way; the order waits for it.');

  let asked = '';
  page.on('dialog', (dialog) => {
    asked = dialog.type();
    void dialog.dismiss();
  });
  await page.getByRole('heading', { name: 'Your parts' }).click(); // browsers ask only where somebody was active
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toBe('beforeunload');

  // The upload goes on while the customer looks at another of our pages, and the order waits there too.
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: '/checkout' });
    document.body.append(link);
    link.click();
  });
  const order = page.getByRole('button', { name: /^Order for/ });
  await expect(order).toBeDisabled();
  await picture(page, 'checkout-waits');
  arrive();
  await expect(page.getByRole('complementary', { name: 'Price' }).getByText('second.stl')).toBeVisible();
  await expect(order).toBeEnabled({ timeout: 60_000 });
  await page.context().close();
});

test('a stream that swallows its events does not leave the page with old facts', async ({ browser }) => {
  const page = await customerPage(browser);
  // As behind a tunnel that buffers: the stream opens, and nothing ever comes through.
  await page.addInitScript(() => {
    class Silent extends EventTarget {
      static readonly OPEN = 1;
      static readonly CLOSED = 2;
      readyState = 1;
      onopen?: () => void;
      onerror?: () => void;
      constructor() {
        super();
        setTimeout(() => this.onopen?.());
      }
      close(): void {
        this.readyState = 2;
      }
    }
    Object.assign(window, { EventSource: Silent });
  });
  await page.goto('/');
  await pick(page, bracket('silent.stl', 1.43));
  await priced(page, 'silent.stl');
  await page.context().close();
});

test('a file arrives over a line that is too slow for whole pieces', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 50,
    downloadThroughput: 1_000_000,
    uploadThroughput: 20_000, // the shop waits for no piece that comes at less than 32 KiB a second
  });
  const answers: number[] = [];
  page.on('response', (response) => response.request().method() === 'PATCH' && answers.push(response.status()));
  await pick(page, heavyBox('slow line.stl', 6000)); // 300 kB
  await expect(part(page, 'slow line.stl')).toBeVisible({ timeout: 90_000 });
  expect(answers.filter((status) => status === 204).length, `${answers}`).toBeGreaterThan(2);
  await page.context().close();
});

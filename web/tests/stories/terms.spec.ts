import { expect, test, type Page } from '@playwright/test';

import { bracket } from '../support/models';
import { customerPage, fillCheckout, orderNumber, pick, picture, priced, staffPage, staffURL } from '../support/shop';

/** Makes an order that is to be collected, and gives it away, without a screen. */
async function complete(staff: Page, number: string): Promise<void> {
  const headers = { origin: new URL(staffURL()).origin };
  const post = async (path: string, data: object) => {
    const reply = await staff.request.post(path, { data, headers });
    expect(reply.ok(), `${path}: ${await reply.text()}`).toBe(true);
  };
  const list = await (await staff.request.get(`/api/orders?tab=all&q=${number}`)).json();
  const id: string = list.orders[0].id;
  const order = async () => (await staff.request.get(`/api/orders/${id}`)).json();
  await post(`/api/orders/${id}/release`, { version: (await order()).version });
  const { printers } = await (await staff.request.get('/api/jobs')).json();
  for (const state of ['IN_QUEUE', 'PRINTING', 'PRINTING_COMPLETE', 'PACKAGING', 'READY_TO_COLLECT']) {
    const [job] = (await order()).jobs;
    await post(`/api/jobs/${job.id}/status`, { version: job.version, state, printer_id: printers[0].id, shelf: 'B3' });
  }
  const { version, invoice_version, jobs } = await order();
  const items = jobs.map((job: { item_id: string; copies: number }) => ({ item_id: job.item_id, copies: job.copies }));
  const left = { kind: 'COLLECTED', collected_by: 'Ada Lovelace', method: 'cash', items };
  await post(`/api/orders/${id}/handovers`, { version, invoice_version, ...left });
}

/** The days of a row of the table, and saving it. */
async function setDays(staff: Page, days: string): Promise<void> {
  await staff.getByLabel('Guests', { exact: true }).fill(days);
  await staff.getByRole('button', { name: 'Save terms' }).click();
  await expect(staff.getByText('All saved.')).toBeVisible();
}

test('the terms say the days of the table, and customers keep their files', async ({ browser }) => {
  const staff = await staffPage(browser);
  await staff.goto('/staff/settings');
  await staff.getByRole('link', { name: 'Terms' }).click();
  const days = staff.getByLabel('Guests', { exact: true });
  const before = await days.inputValue();
  const preview = staff.locator('section').filter({ hasText: 'What customers read' });

  // What is typed is read at once, and what cannot be is said at its field.
  await days.fill('3');
  await staff.getByRole('button', { name: 'Save terms' }).click();
  await expect(days).toHaveAccessibleDescription(/^14 to/);
  await expect(days).toBeFocused();
  const text = staff.getByLabel('Terms', { exact: true });
  const written = await text.inputValue();
  await days.fill('14');
  await text.fill(`${written}\n\nFor {ever}.`);
  await expect(preview.getByText(/\{ever\} is not a name we can fill in/)).toBeVisible();
  await text.fill(written);
  await expect(preview.getByText(/kept for 14 days after the order is done/)).toBeVisible();
  await expect(preview.getByText(/once it is saved/)).toBeVisible();
  await setDays(staff, '14');
  await picture(staff, 'staff-terms');

  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/terms');
  await expect(page.getByText(/kept for 14 days after the order is done/)).toBeVisible();
  const version = (await page.getByText(/^Version \d+/).textContent())!.match(/\d+/)![0];
  await page.goto(`/terms/${Number(version) - 1}`);
  await expect(page.getByText('There is a newer version')).toBeVisible();
  await expect(page.getByText(/kept for 14 days/)).toBeHidden();

  // The tick at checkout keeps them; taken back, the page of an order that is done warns, and Keep is one press.
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await fillCheckout(page, { name: 'Mei Tan', payment: /^When I collect it/ });
  await page.getByRole('checkbox', { name: /Keep my files/ }).check();
  await picture(page, 'phone-checkout-keep');
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByText('We keep these files until you say otherwise.')).toBeVisible();
  await expect(page.getByRole('link', { name: `version ${version} of our terms` })).toBeVisible();
  const number = await orderNumber(page);
  await complete(staff, number);

  await page.reload();
  await expect(page.getByText('All done')).toBeVisible();
  await expect(page.getByText(/We delete your files/)).toBeHidden();
  await page.getByRole('button', { name: 'Stop keeping them' }).click();
  await expect(page.getByText(/We delete your files after/)).toBeVisible();
  await picture(page, 'phone-order-warning');

  // Staff read the same day.
  await staff.goto('/staff');
  await staff.goto(`/staff/orders/${(await (await staff.request.get(`/api/orders?tab=all&q=${number}`)).json()).orders[0].id}`); // prettier-ignore
  await expect(staff.getByText(/These files are deleted after/)).toBeVisible();
  await staff.getByRole('button', { name: 'Keep the files' }).click();
  await expect(staff.getByText(/Somebody asked to keep these files/)).toBeVisible();
  await staff.getByRole('button', { name: 'Stop keeping them' }).click();
  await expect(staff.getByText(/These files are deleted after/)).toBeVisible();

  await page.reload();
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText('We keep these files until you say otherwise.')).toBeVisible();
  await expect(page.getByText(/We delete your files/)).toBeHidden();
  await picture(page, 'phone-order-kept');
  await page.context().close();

  await staff.goto('/staff/settings/terms');
  await setDays(staff, before);
  await expect(staff.getByText(/kept for 90 days after the order is done/)).toBeVisible();
  await staff.context().close();
});

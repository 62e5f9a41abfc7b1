import { expect, test } from '@playwright/test';

import { bracket } from '../support/models';
import {
  counterOrder,
  customerPage,
  fillCheckout,
  orderNumber,
  pick,
  picture,
  priced,
  staffPage,
  staffURL,
} from '../support/shop';

test('a question about a job goes on after a colleague was quicker', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('moved.stl'));
  await priced(page, 'moved.stl');
  await fillCheckout(page, { name: 'Ida Quick', payment: /transfer/i });
  await page.getByRole('button', { name: /^(Order|Place)/ }).click();
  const number = await orderNumber(page);
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('heading', { level: 1, name: number }).waitFor();
  const path = `/api/orders/${staff.url().split('/').pop()}`;
  const headers = { Origin: staffURL() };
  const { version } = await (await staff.request.get(path)).json();
  const released = await staff.request.post(`${path}/release`, { headers, data: { version } });
  expect(released.ok(), await released.text()).toBe(true);

  await staff.getByRole('button', { name: 'Other steps for moved.stl' }).click();
  await staff.getByRole('menuitem', { name: 'Cancel the job…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Cancel the job: moved.stl' });
  await dialog.getByLabel('Reason').fill('Not needed.');
  const [job] = (await (await staff.request.get(path)).json()).jobs;
  const data = { version: job.version, state: 'IN_QUEUE' };
  const quicker = await staff.request.post(`/api/jobs/${job.id}/status`, { headers, data });
  expect(quicker.ok(), await quicker.text()).toBe(true);
  await dialog.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(dialog.getByText(/^Sam Keeper changed this on .* Press again if you still want this/)).toBeVisible();
  await expect(dialog.getByLabel('Reason')).toHaveValue('Not needed.');
  await dialog.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('Nothing of this order is being made')).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

test('of two people who end the same link, the second is told who was quicker', async ({ browser }) => {
  const one = await staffPage(browser);
  const number = await counterOrder(one, 'shared.stl', 'Card terminal');
  await one.getByRole('button', { name: 'Make a link' }).click();
  const end = /^End the link made/;
  await expect(one.getByRole('button', { name: end }).first()).toBeVisible();
  const address = new URL(one.url()).pathname;
  const other = await staffPage(browser);
  for (const staff of [one, other]) {
    await staff.goto(address);
    await expect(staff.getByRole('heading', { level: 1, name: number })).toBeVisible();
  }
  for (const staff of [one, other]) await staff.getByRole('button', { name: end }).first().click();
  await one.getByRole('dialog').getByRole('button', { name: 'End the link' }).click();
  await expect(one.getByRole('dialog')).toBeHidden();
  const dialog = other.getByRole('dialog', { name: 'End this link?' });
  await dialog.getByRole('button', { name: 'End the link' }).click();
  await expect(dialog.getByText(/^Sam Keeper changed this on .* So this no longer applies/)).toBeVisible();
  await picture(other, 'staff-link-ended-before');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(dialog).toBeHidden();
  for (const context of [one, other].map((each) => each.context())) await context.close();
});

test('who notes money as refunded notes the payment that was asked about, and no other', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('two-payments.stl'));
  await priced(page, 'two-payments.stl');
  await fillCheckout(page, { name: 'Ida Quick', payment: /transfer/i });
  await page.getByRole('button', { name: /^(Order|Place)/ }).click();
  const number = await orderNumber(page);
  const [one, other] = [await staffPage(browser), await staffPage(browser)];
  await one.goto('/staff');
  await one.getByRole('link', { name: number }).click();
  for (const amount of ['5.00', '10.00']) {
    await one.getByRole('button', { name: 'Record payment…' }).click();
    await one.getByRole('dialog').getByRole('radio', { name: 'Card terminal' }).check();
    await one.getByRole('dialog').getByLabel('Amount').fill(amount);
    await one.getByRole('button', { name: 'Record the payment' }).click();
    await expect(one.getByRole('dialog')).toBeHidden();
  }
  await one.getByRole('button', { name: 'More', exact: true }).click();
  await one.getByRole('menuitem', { name: 'Cancel order…' }).click();
  await one.getByRole('dialog').getByLabel('Reason').fill('The printer broke');
  await one.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
  await expect(one.getByRole('dialog')).toBeHidden();
  // What the shop sends back stands once on the customer's page.
  await page.reload();
  await expect(page.getByText(/\$15\.00/).filter({ hasText: /refund|back/i })).toHaveText(['We’ll refund $15.00']);
  await picture(page, 'order-refund-once');

  await other.goto(new URL(one.url()).pathname);
  const title = /^How was \$\d+\.00 refunded\?$/;
  for (const staff of [one, other]) {
    await staff.getByRole('button', { name: 'Mark as refunded…', exact: true }).click();
    await staff.getByRole('dialog', { name: title }).getByLabel('Reference').fill('slip 7');
  }
  const asked = await other.getByRole('dialog', { name: title }).getByRole('heading').first().textContent();
  await one.getByRole('dialog').getByRole('button', { name: 'Mark as refunded' }).click();
  await expect(one.getByRole('dialog')).toBeHidden();
  const late = other.getByRole('dialog', { name: title });
  await late.getByRole('button', { name: 'Mark as refunded' }).click();
  await expect(late.getByText(/^Sam Keeper changed this on .* So this no longer applies/)).toBeVisible();
  await expect(late.getByRole('heading').first()).toHaveText(asked!);
  await picture(other, 'staff-sent-back-before');
  await late.getByRole('button', { name: 'Close' }).last().click();
  await expect(late).toBeHidden();

  // The other payment is still to be refunded, on both pages.
  const left = asked!.includes('$5.00') ? '$10.00' : '$5.00';
  for (const staff of [one, other]) {
    await expect(staff.getByRole('button', { name: /^Mark as refunded: / })).toHaveCount(1);
    await expect(staff.getByRole('button', { name: `Mark as refunded: ${left}, card terminal…` })).toBeVisible();
  }
  for (const context of [page, one, other].map((each) => each.context())) await context.close();
});

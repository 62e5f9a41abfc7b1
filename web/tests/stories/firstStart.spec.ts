import { expect, test } from '@playwright/test';

import { bracket } from '../support/models';
import { launch, type Server } from '../support/server';
import { admin, fillCheckout, orderNumber, part, pick, picture, priced } from '../support/shop';

/** A shop that is no demonstration: nobody has answered its first questions. */
let shop: Server;
test.beforeAll(async () => {
  shop = await launch();
});
test.afterAll(() => shop.stop());

test('set-up asks for what a shop needs, and a shop that nothing can pay says so to everybody', async ({ browser }) => {
  const customer = await (await browser.newContext({ baseURL: shop.publicURL })).newPage();
  await customer.goto('/');
  await expect(customer.getByRole('heading', { name: 'We are not open yet' })).toBeVisible();
  await picture(customer, 'not-open-yet');

  // Staff who come too early are told where it begins, and are not asked for a password that nobody has.
  const staff = await (await browser.newContext({ baseURL: shop.staffURL })).newPage();
  await staff.goto('/staff');
  await expect(staff.getByRole('heading', { name: 'This shop is not set up yet' })).toBeVisible();
  await expect(staff.getByLabel('Password')).toHaveCount(0);
  await staff.getByRole('button', { name: 'Check again' }).click();
  await expect(staff.getByText(/“First admin”/)).toBeVisible();
  await picture(staff, 'not-set-up-yet');

  await staff.goto(shop.setupLink);
  await staff.getByLabel('Your name').fill(admin.name);
  await staff.getByLabel('E-mail', { exact: true }).first().fill(admin.email);
  await staff.getByLabel('Password').fill(admin.password);
  await staff.getByLabel('Business name').fill('Corner Print Shop');
  await staff.getByRole('checkbox', { name: /Registered for GST/ }).uncheck();
  await staff.getByLabel('Pay on collection up to').fill('10');
  const own = staff.getByLabel('E-mail', { exact: true }).first();
  const shops = staff.getByLabel(/^E-mail/).last();
  await shops.fill('nobody');
  await staff.getByLabel('Public address').fill('print.example.com');
  await staff.getByLabel('PLA sells per gram').fill('8 cents');
  const open = staff.getByRole('button', { name: 'Open the shop' });
  await open.click();

  // All that the page itself can see is at its fields at once, and it promises nothing that it then refuses.
  await expect(staff.getByLabel(/These are our prices/)).toHaveAttribute('aria-invalid', 'true');
  await expect(staff.getByText('prices on request')).toHaveCount(0);
  const none = staff.getByLabel(/There is no bank account for transfers/);
  await expect(none).toHaveAttribute('aria-invalid', 'true');
  await expect(staff.getByText(/Fill in the bank account above, or tick this/)).toBeVisible();
  await expect(staff.getByLabel(/^Bank account/)).toBeVisible();
  const where = staff.getByLabel(/^Collection address/);
  for (const wrong of [where, shops, staff.getByLabel('Public address'), staff.getByLabel('PLA sells per gram')]) {
    await expect(wrong).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(own).not.toHaveAttribute('aria-invalid'); // it has the same name as the shop's
  await expect(shops).toBeFocused();
  await expect(shops).toHaveValue('nobody');
  await picture(staff, 'setup-questions');

  // What only the server sees stands at its field, too.
  await staff.getByLabel(/These are our prices/).check();
  await none.check();
  await where.fill('12 Example Street, Sydney NSW 2000');
  await shops.fill('hello@example.com');
  await staff.getByLabel('Public address').fill('');
  await staff.getByLabel('PLA sells per gram').fill('0.08');
  const hour = staff.getByLabel('Machine, per hour');
  const before = await hour.inputValue();
  await hour.fill('999999999');
  await open.click();
  await expect(hour).toHaveAttribute('aria-invalid', 'true');
  await expect(hour).toBeFocused();
  await hour.fill(before);
  await open.click();
  await expect(staff.getByRole('heading', { name: 'Orders' })).toBeVisible();

  // The owner is told why orders come as reviews.
  await expect(staff.getByText('1 warning about how customers pay')).toBeVisible();
  await expect(staff.getByText(/Customers can pay neither by card nor by bank transfer/)).toBeVisible();
  await picture(staff, 'staff-no-way-to-pay');

  // A customer whose order fits no way to pay is offered a review.
  await customer.getByRole('button', { name: 'Check again' }).click();
  await expect(customer.getByRole('heading', { name: 'We are not open yet' })).toHaveCount(0);
  await pick(customer, bracket('clip.stl'));
  await priced(customer, 'clip.stl');
  await expect(part(customer, 'clip.stl')).toBeVisible();
  await fillCheckout(customer, { name: 'Nobody Pays' });
  await expect(customer.getByText(/We can’t take payment for this order online/)).toBeVisible();
  await picture(customer, 'checkout-no-way-to-pay-at-all');
  await customer.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(customer);
  await expect(customer.getByText('In review', { exact: true })).toBeVisible();
  await staff.goto('/staff?tab=review');
  await staff.getByRole('link', { name: number }).click();
  await expect(staff.getByText(/^None of the shop’s ways to pay is open to the customer/)).toBeVisible();
  await picture(staff, 'staff-order-no-way-to-pay');

  // A key of Stripe without the webhook's secret is half the work, and every page of theirs says so.
  await staff.goto('/staff/settings');
  await staff.getByLabel('Secret key').fill(`sk_test_${'0'.repeat(24)}`);
  await staff.getByRole('button', { name: 'Save' }).click();
  await expect(staff.getByText('All saved.')).toBeVisible();
  await expect(staff.getByText(/^It is missing: Stripe cannot tell the shop/)).toBeVisible();
  // What is warned of follows the save, on the page that saved: it says what is missing now.
  const nowhere = staff.getByText(/Stripe has nowhere to bring them back to/);
  const neither = staff.getByText(/Customers can pay neither by card nor by bank transfer/);
  await expect(nowhere).toBeVisible();
  await expect(neither).toBeVisible();
  const warned = async (path: string, words: RegExp): Promise<void> => {
    await staff.goto(path);
    const note = staff.locator('summary').filter({ hasText: /warnings? about how customers pay/ });
    if (path === '/staff/jobs') await note.click(); // it stands open where orders are, and where it is mended
    await expect(staff.getByText(words)).toBeVisible();
  };
  await warned('/staff/settings', /Stripe has nowhere to bring them back to/);
  await expect(staff.getByText(/webhook’s signing secret is missing/)).toBeVisible();
  await staff
    .getByText(/Stripe has nowhere/)
    .getByRole('link', { name: 'Open the setting' })
    .click();
  await staff.getByLabel('Public address').fill('https://print.example.com');
  await staff.getByRole('button', { name: 'Save' }).click();
  await expect(staff.getByText('All saved.')).toBeVisible();
  await expect(nowhere).toHaveCount(0); // and what is mended is gone
  await expect(neither).toHaveCount(0);
  for (const path of ['/staff', '/staff/jobs', '/staff/settings']) {
    await warned(path, /webhook’s signing secret is missing/);
  }
  await picture(staff, 'staff-no-webhook-secret');

  // A key that is stored can be removed again.
  await staff.getByRole('button', { name: 'Remove the key…' }).click();
  const asked = staff.getByRole('dialog', { name: 'Remove Stripe’s secret key?' });
  await picture(staff, 'settings-remove-key');
  await asked.getByRole('button', { name: 'Remove the key' }).click();
  await expect(staff.getByText('It is removed when you save.')).toBeVisible();
  await staff.getByRole('button', { name: 'Save' }).click();
  await expect(staff.getByText('All saved.')).toBeVisible();
  await expect(staff.getByText('Without it, customers pay by transfer or on collection.')).toBeVisible();
  await expect(neither).toBeVisible(); // which is so again, until there is an account
  await expect(staff.getByText(/webhook’s signing secret is missing/)).toHaveCount(0);
  await staff.getByLabel('Bank account').fill('BSB 062-000, account 1234 5678');
  await staff.getByRole('button', { name: 'Save' }).click();
  await expect(staff.getByText('All saved.')).toBeVisible();
  await expect(neither).toHaveCount(0);
  await staff.getByRole('link', { name: 'Status' }).click();
  await expect(staff.getByText(/about how customers pay/)).toHaveCount(0);
  await customer.context().close();
  await staff.context().close();
});

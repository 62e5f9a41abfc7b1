import { expect, test } from '@playwright/test';

import { findNothingInEither as accessible, fits } from '../support/access';
import { bracket } from '../support/models';
import { choices, customerPage, fillCheckout, orderNumber, part, pick, priced, staffPage } from '../support/shop';

const sizes = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1280, height: 800 } },
};

for (const [name, options] of Object.entries(sizes)) {
  test(`a business orders and takes its order back to change it, on a ${name}`, async ({ browser }) => {
    const page = await customerPage(browser, options);
    await page.goto('/');
    await pick(page, bracket(`bracket-${name}.stl`));
    await priced(page, `bracket-${name}.stl`);
    await fillCheckout(page, { name: 'Noor Haddad', payment: /^Bank transfer/ });

    const abn = page.getByLabel('ABN');
    await expect(abn).toHaveCount(0);
    await page.getByRole('checkbox', { name: 'For a business' }).check();
    await abn.fill('51824753557');
    await page.getByLabel('PO number').fill(`4500-${name}`);
    await expect(abn).toHaveValue('51 824 753 557');
    await expect(abn).toHaveAccessibleDescription(/11 digits are not an ABN/);
    await page
      .getByRole('button', { name: /^Order for/ })
      .last()
      .click();
    await expect(page.getByLabel('Company')).toBeFocused();
    await fits(page, 'a checkout for a business');
    await accessible(page, 'a checkout for a business', `business-checkout`);
    await page.getByLabel('Company').fill('Haddad Instruments Pty Ltd');
    await abn.fill('51824753556');
    await page.getByLabel('Invoice e-mail').fill('accounts@haddad.example');
    await expect(abn).not.toHaveAttribute('aria-invalid');
    await page
      .getByRole('button', { name: /^Order for/ })
      .locator('visible=true')
      .click();
    const number = await orderNumber(page);
    await expect(page.getByText('Haddad Instruments Pty Ltd')).toBeVisible();
    await expect(page.getByText('51 824 753 556')).toBeVisible();
    await fits(page, 'an order of a business');
    await accessible(page, 'an order of a business', `business-order`);

    // Staff find it by the company, the ABN and the PO number.
    const staff = await staffPage(browser);
    for (const words of ['haddad instruments', '51 824 753 556', `4500-${name}`]) {
      await staff.goto(`/staff?tab=all&q=${encodeURIComponent(words)}`);
      await expect(staff.getByRole('link', { name: number })).toBeVisible();
    }
    await staff.getByRole('link', { name: number }).click();
    const customer = staff.getByRole('complementary', { name: 'Money and customer' });
    await expect(customer.getByText('Haddad Instruments Pty Ltd')).toBeVisible();
    await expect(customer.getByText('51 824 753 556')).toBeVisible();
    await expect(customer.getByRole('link', { name: 'accounts@haddad.example' })).toBeVisible();

    // The customer takes it back: everything is as it was, and the price is exact at once.
    const address = page.url();
    await page.getByRole('button', { name: 'Edit the order…' }).click();
    const dialog = page.getByRole('dialog', { name: `Edit ${number}?` });
    await expect(dialog).toContainText('put its parts back in your cart');
    await accessible(page, 'taking an order back', `take-back`);
    await dialog.getByRole('button', { name: 'Edit the order' }).click();
    await priced(page, `bracket-${name}.stl`);
    const copies = choices(page, `bracket-${name}.stl`).getByRole('spinbutton', { name: 'Copies' });
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await copies.fill('2');
    await copies.blur();
    await kept;
    await expect(
      part(page, `bracket-${name}.stl`)
        .getByText(/2 copies/)
        .first(),
    ).toBeVisible();
    await priced(page, `bracket-${name}.stl`);
    await page.goto('/checkout');
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Noor Haddad');
    await expect(page.getByLabel('Company')).toHaveValue('Haddad Instruments Pty Ltd');
    await expect(abn).toHaveValue('51 824 753 556');
    await expect(page.getByLabel('Invoice e-mail')).toHaveValue('accounts@haddad.example');
    await expect(page.getByRole('radio', { name: /^Bank transfer/ })).toBeChecked();
    await page.getByRole('checkbox', { name: /I have the rights/ }).check();
    await page
      .getByRole('button', { name: /^Order for/ })
      .locator('visible=true')
      .click();
    await expect(page.getByText(`Replaces ${number}.`)).toBeVisible();
    const next = await orderNumber(page);

    await staff.reload();
    await expect(staff.getByText(`The customer took order ${number} back to change it.`)).toBeVisible();
    await staff.getByRole('link', { name: next, exact: true }).click();
    await expect(staff.getByRole('heading', { level: 1, name: next })).toBeVisible();
    await expect(staff.getByRole('link', { name: number, exact: true })).toBeVisible();
    await expect(staff.getByText('2 copies').first()).toBeVisible();
    await accessible(staff, 'an order that replaces another', 'replaces');
    expect(address).toContain('/order/');
    await staff.context().close();
    await page.context().close();
  });
}

test('staff type in an order for a business', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/orders/new');
  await pick(page, bracket('firm.stl'));
  await priced(page, 'firm.stl');
  await page.getByLabel('Name', { exact: true }).fill('Walk-in');
  await page.getByRole('checkbox', { name: 'For a business' }).check();
  await page.getByLabel('Company').fill('Corner Café');
  await page.getByLabel('ABN').fill('5182475355');
  await page.getByLabel('PO number').click();
  await expect(page.getByLabel('ABN')).toHaveAccessibleDescription(/has 11 digits/);
  await accessible(page, 'a counter order for a business', 'counter-business');
  await page.getByLabel('ABN').fill('51824753556');
  await page.getByRole('button', { name: /and order$/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^ORD-/ })).toBeVisible();
  await expect(page.getByText('Corner Café')).toBeVisible();
  await expect(page.getByText('51 824 753 556')).toBeVisible();
  await page.context().close();
});

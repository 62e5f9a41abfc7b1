import { expect, test } from '@playwright/test';

import { findNothingInEither, fits, viewports } from '../support/access';
import { leakyBracket } from '../support/models';
import { choices, customerPage, fillCheckout, orderNumber, part, pick, picture, staffPage } from '../support/shop';

for (const viewport of viewports) {
  test(`a leaky part is printed anyway, and paid without a review, at ${viewport.width} px`, async ({ browser }) => {
    const name = `open ${viewport.width}.stl`;
    const page = await customerPage(browser, { viewport });
    await page.goto('/');
    await pick(page, leakyBracket(name));
    await expect(part(page, name).getByText(/^\$\d/)).toBeVisible({ timeout: 120_000 });
    await expect(page.getByText(/Or tick “Print it anyway” under its file, and pay now\./)).toBeVisible();
    await expect(page.getByRole('link', { name: 'Request review' }).first()).toBeVisible();
    const own = choices(page, name);
    const tick = own.getByRole('checkbox', { name: 'Print it anyway' });
    await expect(tick).not.toBeChecked();
    await tick.scrollIntoViewIfNeeded();
    await findNothingInEither(page, 'a leaky part', 'anyway');
    await tick.check();
    await expect(page.getByRole('link', { name: 'Check out 1 part' }).first()).toBeVisible();
    await page.reload();
    await expect(tick).toBeChecked();
    await fits(page, 'a leaky part that is printed anyway');

    await fillCheckout(page, { name: 'Ann Anyway', payment: /^Bank transfer/ });
    await page.getByRole('button', { name: /^Order for/ }).click();
    const number = await orderNumber(page);
    await expect(page.getByText('printed as it is, though its surface is not closed')).toBeVisible();
    await picture(page, `anyway-order-${viewport.width}`);
    const staff = await staffPage(browser, { viewport });
    await staff.goto('/staff?tab=all');
    await staff.getByRole('link', { name: number }).click();
    await expect(staff.getByText('printed as it is, though its surface is not closed')).toBeVisible();
    await expect(staff.getByRole('button', { name: /^Approve/ })).toHaveCount(0);
    await page.context().close();
    await staff.context().close();
  });
}

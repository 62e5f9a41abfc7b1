import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { expect, test } from '@playwright/test';

import { findNothingInEither, fits, viewports } from '../support/access';
import { bracket } from '../support/models';
import {
  choices,
  customerPage,
  fillCheckout,
  orderNumber,
  pick,
  picture,
  priced,
  stage,
  staffPage,
} from '../support/shop';

for (const viewport of viewports) {
  test(`thirty copies are laid out, ordered, and printed from their plates, at ${viewport.width} px`, async ({
    browser,
  }) => {
    const name = `clips ${viewport.width}.stl`;
    const page = await customerPage(browser, { viewport });
    await page.goto('/');
    await pick(page, bracket(name, 1.3));
    await priced(page, name);
    const copies = choices(page, name).getByRole('spinbutton', { name: 'Copies' });
    await copies.fill('30');
    await copies.blur();
    const price = page.getByRole('group', { name: `Price of ${name}` });
    await expect(price.getByText(/^An estimate\./)).toBeVisible();
    const words = price.getByText(/\d+ plates: \d+ with \d+ copies, then 1 with \d+\./);
    await expect(words).toBeVisible({ timeout: 90_000 });
    await expect(price.getByText(/^An estimate\./)).toBeHidden();
    await words.scrollIntoViewIfNeeded();
    await findNothingInEither(page, 'a part on plates', 'plates');
    await fits(page, 'a part on plates');
    const on = stage(page, name);
    await on.getByRole('button', { name: 'Layers' }).click();
    await on.getByRole('button', { name: 'Plate 1 of 2' }).click();
    await expect(on.getByRole('button', { name: 'Plate 2 of 2' })).toBeVisible();
    await expect(page.getByRole('slider', { name: 'Layer' })).toBeVisible({ timeout: 20_000 });
    await picture(page, `plate-layers-${viewport.width}`);
    await findNothingInEither(page, 'the layers of a plate');

    await fillCheckout(page, { name: 'Pia Plate', payment: /^Bank transfer/ });
    await page.getByRole('button', { name: /^Order for/ }).click();
    const number = await orderNumber(page);
    await expect(page.getByText(/\d+ plates: \d+ with \d+ copies, then 1 with \d+/)).toBeVisible();
    await findNothingInEither(page, 'an ordered part on plates', 'plates-ordered');
    await page.getByRole('button', { name: `See how it is printed: ${name}` }).click();
    await page.getByRole('button', { name: 'Plate 2' }).click();
    await expect(page.getByRole('slider', { name: 'Layer' })).toBeVisible({ timeout: 20_000 });

    const staff = await staffPage(browser, { viewport });
    await staff.goto('/staff?tab=all');
    await staff.getByRole('link', { name: number }).click();
    const plates = staff.getByRole('list', { name: `Plates of ${name}` });
    await expect(plates.getByRole('listitem')).toHaveCount(2);
    await plates.scrollIntoViewIfNeeded();
    await findNothingInEither(staff, 'an order on plates', 'plates-staff');
    await fits(staff, 'an order on plates');
    await staff.getByText('Checksums').click();
    for (const plate of [1, 2]) {
      const coming = staff.waitForEvent('download');
      await staff.getByRole('button', { name: `Download the G-code of plate ${plate}` }).click();
      const file = await coming;
      expect(file.suggestedFilename()).toMatch(new RegExp(`^${number}_.*_0\\.20_plate-${plate}of2\\.gcode$`));
      const hash = createHash('sha256')
        .update(await readFile(await file.path()))
        .digest('hex');
      await expect(staff.getByText(hash)).toBeVisible();
    }
    await page.context().close();
    await staff.context().close();
  });
}

import { expect, test } from '@playwright/test';

import { findNothingInEither, fits, viewports } from '../support/access';
import { bracket, heavyBox } from '../support/models';
import {
  choices,
  customerPage,
  fillCheckout,
  orderNumber,
  part,
  pick,
  picture,
  priced,
  staffPage,
} from '../support/shop';

for (const viewport of viewports) {
  test(`a part is ordered in two colours, and all of it twice, at ${viewport.width} px`, async ({ browser }) => {
    const name = `tag ${viewport.width}.stl`;
    const page = await customerPage(browser, { viewport });
    await page.goto('/');
    await pick(page, bracket(name, 1.15));
    await priced(page, name);
    const price = page.getByRole('group', { name: `Price of ${name}` });
    await expect(price.getByText('Set-up', { exact: true })).toBeVisible();
    const own = choices(page, name);
    await expect(own.getByRole('radio', { name: 'Black' })).toBeChecked();
    await own.getByRole('button', { name: `Order ${name} in another colour as well` }).click();

    // The second line is looked at, with its colour at hand.
    await expect(part(page, `${name}, Black`)).toBeVisible();
    await expect(part(page, `${name}, White`)).toBeVisible();
    const white = own.getByRole('radio', { name: 'White' });
    await expect(white).toBeChecked();
    await expect(white).toBeFocused();
    const copies = own.getByRole('spinbutton', { name: 'Copies' });
    await expect(copies).toHaveValue('1');
    await copies.fill('3');
    await copies.blur();
    await expect(price).toHaveClass(/opacity-60/);
    await expect(price).not.toHaveClass(/opacity-60/);
    for (const colour of ['Black', 'White']) await priced(page, `${name}, ${colour}`);
    await expect(price.getByText('Set-up', { exact: true }), 'one model is set up once').toHaveCount(0);
    await price.scrollIntoViewIfNeeded();
    await findNothingInEither(page, 'a part in two colours', 'lines');
    await fits(page, 'a part in two colours');

    await page.getByRole('button', { name: 'Order several sets of all parts…' }).click();
    const dialog = page.getByRole('dialog', { name: 'How many sets?' });
    await expect(dialog.getByText('A set is all that is in your cart now: 4 copies of 2 parts.')).toBeVisible();
    await expect(dialog.getByText(/^That makes 8 copies in all/)).toBeVisible();
    await picture(page, `sets-${viewport.width}`, false);
    await findNothingInEither(page, 'how many sets');
    await dialog.getByRole('spinbutton', { name: 'Sets' }).fill('0.5');
    await dialog.getByRole('button', { name: 'Change the copies' }).click();
    await expect(dialog.getByText('Enter a whole number from 2 to 166.')).toBeVisible();
    await dialog.getByRole('spinbutton', { name: 'Sets' }).fill('2');
    await dialog.getByRole('button', { name: 'Change the copies' }).click();
    await expect(dialog).toBeHidden();
    await expect(copies).toHaveValue('6');
    await expect(part(page, `${name}, Black`).getByText(/2 copies/)).toBeVisible();
    for (const colour of ['Black', 'White']) await priced(page, `${name}, ${colour}`);

    await fillCheckout(page, { name: 'Lou Line', payment: /^Bank transfer/ });
    await findNothingInEither(page, 'two colours at checkout', 'lines-checkout');
    await page.getByRole('button', { name: /^Order for/ }).click();
    const number = await orderNumber(page);
    await expect(page.getByText(/2 × .*Black|Black.*2 copies|2 copies.*Black/).first()).toBeVisible();
    await expect(page.getByText(/6 × .*White|White.*6 copies|6 copies.*White/).first()).toBeVisible();
    await picture(page, `lines-order-${viewport.width}`);

    const staff = await staffPage(browser, { viewport });
    await staff.goto('/staff?tab=all');
    await staff.getByRole('link', { name: number }).click();
    await expect(staff.getByRole('heading', { name: number })).toBeVisible();
    for (const [plate, colour] of ['Black', 'White'].entries()) {
      const file = `${number}_tag ${viewport.width}_PLA-${colour}_0.20_plate-${plate + 1}of2.gcode`;
      await expect(staff.getByRole('button', { name: `Download ${file}` })).toBeVisible();
    }
    await page.context().close();
    await staff.context().close();
  });
}

test('a part is offered in no more colours than there are, and a question is asked before', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, heavyBox('cap.stl', 9));
  await priced(page, 'cap.stl');
  const own = choices(page, 'cap.stl');
  const colours = await own
    .getByRole('group', { name: /^Colour/ })
    .getByRole('radio')
    .count();
  const more = own.getByRole('button', { name: 'Order cap.stl in another colour as well' });
  for (let line = 2; line <= colours; line++) {
    await more.click();
    await expect(page.getByRole('article', { name: /^cap\.stl/ })).toHaveCount(line);
    await expect(own.getByText('Colour:')).toBeVisible();
  }
  await expect(page.getByText('Working', { exact: true })).toHaveCount(0, { timeout: 60_000 });
  await expect(more).toHaveCount(0);
  await page.context().close();
});

import { expect, test } from '@playwright/test';

import { close, released } from '../support/jobs';
import { bracket } from '../support/models';
import { customerPage, fillCheckout, orderNumber, pick, picture, priced, staffPage } from '../support/shop';

test('jobs are moved from their order’s page, and that of a photo asks for no printer', async ({ browser }) => {
  const { page, staff } = await released(browser, 'Yann Oster', 1, 'hinge.stl');
  await staff.getByRole('button', { name: 'hinge.stl: Start printing' }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await staff.getByRole('button', { name: 'hinge.stl: Printing is done' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await staff.getByRole('button', { name: 'hinge.stl: Pack' }).click();
  await expect(staff.getByText('Packing', { exact: true })).toBeVisible();
  await expect(staff.getByText('Started packing hinge.stl.')).toBeVisible();
  await picture(staff, 'staff-order-jobs');
  await close(page, staff);

  // A photo is made by hand: released, its job offers no printer.
  const other = await customerPage(browser);
  await other.goto('/');
  await other.locator('input[type=file]').setInputFiles({
    name: 'vase.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(' a photo')]),
  });
  await expect(other.getByRole('article', { name: 'vase.jpg' })).toBeVisible();
  await fillCheckout(other, { name: 'Zoe Pratt' });
  await other
    .getByRole('button', { name: /review/i })
    .last()
    .click();
  const number = await orderNumber(other);
  const office = await staffPage(browser);
  await office.goto('/staff');
  await office.getByRole('link', { name: number }).click();
  await office.getByRole('button', { name: 'Approve…' }).click();
  await office
    .getByRole('dialog')
    .getByLabel(/^Total|^Price/)
    .first()
    .fill('80');
  await office
    .getByRole('dialog')
    .getByLabel(/Reason|Why/)
    .first()
    .fill('As agreed.');
  await office
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve/ })
    .click();
  await expect(office.getByRole('dialog')).toBeHidden();
  await office.getByRole('button', { name: 'More', exact: true }).click();
  await office.getByRole('menuitem', { name: 'Release…' }).click();
  await office.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  const made = office.getByRole('button', { name: 'vase.jpg: Mark as made' });
  await expect(made).toBeVisible();
  await office.getByRole('button', { name: 'Other steps for vase.jpg' }).click();
  await expect(office.getByRole('menuitem', { name: /Start printing/ })).toHaveCount(0);
  await office.keyboard.press('Escape');
  await made.click();
  await expect(office.getByRole('dialog').getByLabel('Printer')).toHaveCount(0);
  await office.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(office.getByText('Made 1 copy of vase.jpg: it is good.')).toBeVisible();
  // It is packed, paid and collected as any other, and the order is done.
  await office.getByRole('button', { name: 'vase.jpg: Pack' }).click();
  await office.getByRole('button', { name: 'vase.jpg: Put on the shelf' }).click();
  await office.getByRole('dialog').getByLabel('Shelf').fill('d4');
  await office.getByRole('dialog').getByRole('button', { name: 'Put on the shelf' }).click();
  await office.getByRole('button', { name: 'Take payment and hand over…' }).click();
  await office.getByRole('dialog').getByRole('radio', { name: 'Cash' }).check();
  await office.getByRole('dialog').getByRole('button', { name: 'Take $80.00 and hand over' }).click();
  await expect(office.getByText('Done', { exact: true }).first()).toBeVisible();
  await close(other, office);
});

test('a cancelled order takes its jobs off a board that is open elsewhere', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('hook.stl'));
  await priced(page, 'hook.stl');
  await fillCheckout(page, { name: 'Uma Thorn', payment: /^When I collect it/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  const board = await staffPage(browser);
  await board.goto('/staff/jobs');
  const job = board.getByRole('row').filter({ hasText: number });
  await expect(board.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await expect(job).toHaveCount(0);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Release…' }).click();
  await staff.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  await expect(job).toBeVisible({ timeout: 2000 });

  await staff.getByRole('button', { name: 'More' }).click();
  await staff.getByRole('menuitem', { name: 'Cancel order…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Cancel ${number}?` });
  await dialog.getByLabel('Reason').fill('Ordered twice.');
  await dialog.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(dialog).toBeHidden();
  await expect(job).toHaveCount(0, { timeout: 2000 });
  await expect(board).toHaveURL(/\/staff\/jobs$/);

  await page.context().close();
  await board.context().close();
  await staff.context().close();
});

test('a job that was paid for is cancelled with a reason, and the order says what comes next', async ({ browser }) => {
  const { page, staff, number } = await released(browser, 'Mia Roth', 1, 'left.stl', 'right.stl');
  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Card terminal' }).check();
  await staff.getByRole('dialog').getByRole('button', { name: 'Record the payment' }).click();
  await expect(staff.getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/)).toBeVisible();
  const board = await staffPage(browser);
  await board.goto(`/staff/jobs?q=${number}&view=all`);
  await board.getByRole('button', { name: 'Other steps for left.stl' }).click();
  await board.getByRole('menuitem', { name: 'Cancel the job…' }).click();
  const one = board.getByRole('dialog', { name: 'Cancel the job: left.stl' });
  await expect(one.getByText(new RegExp(`^\\$[\\d.]+ is paid for ${number}$`))).toBeVisible();
  await expect(one.getByText(/^This does not send any of it back\. When the last of the order leaves/)).toBeVisible();
  await one.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(one.getByText('Give a reason first. It stays on record.')).toBeVisible();
  await one.getByLabel('Reason').fill('Not needed.');
  await one.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(one).toBeHidden();
  // With others it is the same question, once.
  await board.getByRole('row', { name: `right.stl, ${number}` }).focus();
  await board.keyboard.press('x');
  await board.getByRole('button', { name: 'Move to…' }).click();
  await board.getByRole('menuitem', { name: 'Cancel the job…' }).click();
  const more = board.getByRole('dialog', { name: /^Cancel the job/ });
  await expect(more.getByText(/It is the last job of the order/)).toBeVisible();
  await more.getByLabel('Reason').fill('Neither.');
  await more.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(more).toBeHidden();
  // Nothing is made, and its page says so, why, and the ways on.
  await expect(staff.getByText('Nothing of this order is being made')).toBeVisible();
  await expect(staff.getByText('Cancelled the job right.stl: Neither.')).toBeVisible();
  await picture(staff, 'staff-stopped');
  // Going back is offered, and nothing invites to it: neither the button on the page nor that of the question.
  await expect(staff.getByRole('main').locator('.btn-primary:visible')).toHaveCount(0);
  await staff.getByRole('button', { name: 'Put the jobs back in the queue…' }).click();
  const back = staff.getByRole('dialog', { name: `Back to the queue: ${number}` });
  const confirm = back.getByRole('button', { name: 'Back to the queue' });
  await expect(confirm).not.toHaveClass(/btn-(primary|danger)/);
  await expect(confirm).not.toBeFocused();
  await confirm.click();
  await expect(back).toBeHidden();
  await expect(staff.getByText('Nothing of this order is being made')).toBeHidden();
  await close(page, staff, board);
});

import type { Locator, Page } from '@playwright/test';

/** What staff read of an order that nothing is owed for. */
export function nothingOwed(where: Page | Locator): Locator {
  return where.getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/);
}

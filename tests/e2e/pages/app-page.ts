/** The frame and the other views, by roles and names. */

import type { Locator, Page } from 'playwright-core';

export class AppPage {
  readonly page: Page;
  readonly status: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.getByRole('contentinfo');
  }

  async go(section: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: section }).click();
  }

  card(folder: string): Locator {
    return this.page.getByRole('listitem').filter({ has: this.page.getByRole('heading', { name: folder, level: 2 }) });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** Row of the ledger for a file. */
  ledgerRow(name: string): Locator {
    return this.page.getByRole('row').filter({ hasText: name });
  }
}

/** The search view as a person sees it: by roles and names. */

import type { Locator, Page } from 'playwright-core';

export class SearchPage {
  readonly page: Page;
  readonly box: Locator;
  readonly list: Locator;
  readonly rows: Locator;
  readonly selected: Locator;
  readonly preview: Locator;
  readonly live: Locator;

  constructor(page: Page) {
    this.page = page;
    this.box = page.getByRole('combobox', { name: /Search your files|搜索你的文件/ });
    this.list = page.getByRole('listbox');
    this.rows = this.list.getByRole('option');
    this.selected = this.list.getByRole('option', { selected: true });
    this.preview = page.getByRole('region', { name: /^(Preview|预览)$/ });
    this.live = page.getByTestId('live-count');
  }

  /** Types and waits until everything that will come is in. */
  async search(text: string): Promise<void> {
    await this.box.fill(text);
    await this.finished();
  }

  async finished(): Promise<void> {
    await this.page.locator('[data-stage="done"], .empty').first().waitFor();
  }

  row(name: string | RegExp): Locator {
    return this.rows.filter({ hasText: name });
  }

  names(): Promise<readonly string[]> {
    return this.rows.locator('.hit-name').allTextContents();
  }

  chip(name: string | RegExp): Locator {
    return this.page.getByRole('group', { name: /^(Filters|筛选)$/ }).getByRole('button', { name });
  }
}

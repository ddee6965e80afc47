/** A small audit of the page as it is: computed names and WCAG contrast of everything visible. Runs inside the page. */

import type { Page } from 'playwright-core';

/** All that the audit finds, once nothing under the mouse or on its way changes colour any more. */
export async function auditProblems(page: Page): Promise<readonly string[]> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((resolve) => { requestAnimationFrame(resolve); });
    const moving = (): readonly Animation[] => document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    // That the mouse has gone shows with the next frame. A transition that another one replaces rejects.
    do {
      await Promise.allSettled(moving().map((animation) => animation.finished));
      await frame();
      await frame();
    } while (moving().length > 0);
  });
  return [...await nameProblems(page), ...await contrastProblems(page)];
}

/** Controls without a name, images without one, ids used twice, and references to ids that are not there. */
export function nameProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const describe = (element: Element): string => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
    const byId = new Map<string, number>();
    for (const element of document.querySelectorAll('[id]')) byId.set(element.id, (byId.get(element.id) ?? 0) + 1);
    for (const [id, count] of byId) if (count > 1) problems.push(`id ${id} is used ${count} times`);
    const visible = (element: Element): boolean => element.getClientRects().length > 0;
    for (const element of document.querySelectorAll('button, a[href], input, select, textarea, [role="option"], [role="listbox"], progress, dialog, nav')) {
      if (!visible(element)) continue;
      const labels = 'labels' in element ? [...(element.labels as NodeListOf<HTMLLabelElement>)].map((label) => label.textContent) : [];
      const labelled = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
      const name = [element.getAttribute('aria-label') ?? '', ...labelled, ...labels, ['BUTTON', 'A'].includes(element.tagName) || element.getAttribute('role') === 'option' ? element.textContent : ''].join('').trim();
      if (name === '') problems.push(`${describe(element)} has no name`);
    }
    for (const attribute of ['aria-controls', 'aria-labelledby', 'aria-describedby', 'aria-activedescendant']) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        for (const id of (element.getAttribute(attribute) ?? '').split(' ')) if (document.getElementById(id) === null) problems.push(`${describe(element)} ${attribute} names ${id}, which is not there`);
      }
    }
    for (const image of document.querySelectorAll('svg, img')) if (image.getAttribute('aria-hidden') !== 'true' && image.getAttribute('role') !== 'img') problems.push(`${describe(image)} is neither hidden nor named`);
    if (document.querySelectorAll('h1').length !== 1) problems.push(`${document.querySelectorAll('h1').length} headings of level 1`);
    if (document.querySelectorAll('main').length !== 1) problems.push('not exactly one main');
    if (document.documentElement.lang === '') problems.push('the document has no language');
    return problems;
  });
}

/** Visible text whose contrast with what is behind it is below WCAG AA: 4.5 : 1, or 3 : 1 for large text. */
export function contrastProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    interface Colour { readonly r: number; readonly g: number; readonly b: number; readonly a: number }
    const parse = (text: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return { r, g, b, a };
    };
    const over = (top: Colour, below: Colour): Colour => ({
      r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1,
    });
    const ground = (element: Element | null): Colour => {
      if (element === null) return { r: 255, g: 255, b: 255, a: 1 };
      const own = parse(getComputedStyle(element).backgroundColor);
      return own.a >= 1 ? own : over(own, ground(element.parentElement));
    };
    const luminance = ({ r, g, b }: Colour): number => {
      const channel = (value: number): number => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    };
    const problems = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || node.textContent?.trim() === '' || element.getClientRects().length === 0) continue;
      if (element.closest('.sr-only, .skip, :disabled') !== null) continue;
      const style = getComputedStyle(element);
      const behind = ground(element);
      const front = over(parse(style.color), behind);
      const [light, dark] = [luminance(front), luminance(behind)].sort((a, b) => b - a) as [number, number];
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) problems.add(`${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${node.textContent?.trim().slice(0, 20)}" has ${ratio.toFixed(2)} : 1`);
    }
    return [...problems];
  });
}

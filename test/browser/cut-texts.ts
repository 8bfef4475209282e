import type { Page } from 'playwright-core';

/** Texts of the page that a user cannot read in full: outside the window, clipped by a box, or below another text. */
export function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const TOLERANCE_PX = 1;
    const problems = new Set<string>();
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) problems.add(`the page is ${scrollWidth} px wide, the window ${clientWidth} px`);

    for (const node of textNodes()) {
      const element = node.parentElement;
      if (!element || isHidden(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) checkRect(rect, element);
    }
    for (const select of document.querySelectorAll('select')) checkSelect(select);
    for (const box of document.querySelectorAll('g.box')) checkBox(box);
    return [...problems];

    function textNodes(): readonly Node[] {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const nodes: Node[] = [];
      while (walker.nextNode()) if (walker.currentNode.textContent?.trim()) nodes.push(walker.currentNode);
      return nodes;
    }

    /** Texts for assistive technology, lists of choices, and folded details. */
    function isHidden(element: Element): boolean {
      if (element.closest('option, title, desc, script, style, noscript, .tip') || !element.checkVisibility())
        return true;
      for (let each: Element | null = element; each; each = each.parentElement) {
        if (getComputedStyle(each).clipPath !== 'none') return true;
      }
      return false;
    }

    function checkRect({ left, right, top, bottom, width }: DOMRect, element: Element): void {
      if (width === 0) return;
      const text = (element.textContent ?? '').slice(0, 60);
      if (left < -TOLERANCE_PX || right > clientWidth + TOLERANCE_PX) problems.add(`outside the window: ${text}`);
      for (let each: Element | null = element; each && each !== document.body; each = each.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(each);
        const box = each.getBoundingClientRect();
        const isWide = left < box.left - TOLERANCE_PX || right > box.right + TOLERANCE_PX;
        const isHigh = top < box.top - TOLERANCE_PX || bottom > box.bottom + TOLERANCE_PX;
        if (overflowX !== 'visible' && isWide) problems.add(`cut at the side by .${each.className}: ${text}`);
        if (['hidden', 'clip'].includes(overflowY) && isHigh) problems.add(`cut below by .${each.className}: ${text}`);
      }
    }

    /** A select shows as much of its option as it has space for, beside its arrow. */
    function checkSelect(select: HTMLSelectElement): void {
      const ARROW_PX = 28;
      const style = getComputedStyle(select);
      const context = document.createElement('canvas').getContext('2d');
      if (!context) return;
      context.font = style.font;
      const text = select.selectedOptions[0]?.text ?? '';
      const space = select.clientWidth - Number.parseFloat(style.paddingLeft) - ARROW_PX;
      if (context.measureText(text).width > space) problems.add(`cut by its select: ${text}`);
    }

    /** The texts of a box of the diagram are within its frame, and none is over another. */
    function checkBox(box: Element): void {
      const frame = box.querySelector('.box-frame')?.getBoundingClientRect();
      const texts = [...box.querySelectorAll('text')].map(text => ({
        text: text.textContent,
        rect: text.getBoundingClientRect(),
      }));
      for (const { text, rect } of texts) {
        if (frame && (rect.right > frame.right + TOLERANCE_PX || rect.bottom > frame.bottom + TOLERANCE_PX)) {
          problems.add(`outside its box: ${text}`);
        }
      }
      for (const [i, a] of texts.entries()) {
        for (const b of texts.slice(i + 1)) {
          const overlapX = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
          const overlapY = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
          if (overlapX > TOLERANCE_PX && overlapY > 4) problems.add(`over another text: ${a.text} and ${b.text}`);
        }
      }
    }
  });
}

import type { Page } from 'playwright-core';

/**
 * Turns the UI's diagram into an SVG file that needs no style sheet: computed styles become attributes, and names and
 * data that only the UI needs are removed.
 */
export function standaloneSvg(page: Page): Promise<string> {
  return page.evaluate(() => {
    const MARGIN_PX = 12;
    const WRITTEN: Readonly<Record<string, string>> = {
      fill: 'rgb(0, 0, 0)',
      stroke: 'none',
      'stroke-width': '1px',
      opacity: '1',
      'text-anchor': 'start',
      'dominant-baseline': 'auto',
    };
    const OF_TEXT = ['font-family', 'font-size', 'font-weight'];
    const shown = document.querySelector<SVGSVGElement>('svg.picture');
    if (!shown) throw new Error('there is no picture on the page');
    const copy = shown.cloneNode(true) as SVGSVGElement;
    const originals = [...shown.querySelectorAll<SVGElement>('*')];
    for (const [i, element] of [...copy.querySelectorAll<SVGElement>('*')].entries()) {
      const original = originals[i];
      if (original) write(element, getComputedStyle(original));
    }
    const { width, height } = shown.getBoundingClientRect();
    const [fullWidth, fullHeight] = [Math.ceil(width) + 2 * MARGIN_PX, Math.ceil(height) + 2 * MARGIN_PX];
    const text = copy.querySelector('desc');
    if (text) text.textContent = text.textContent.replace(' The table below contains the same data.', '');
    for (const name of [...copy.getAttributeNames()]) copy.removeAttribute(name);
    copy.setAttribute('viewBox', `${-MARGIN_PX} ${-MARGIN_PX} ${fullWidth} ${fullHeight}`);
    copy.setAttribute('width', String(fullWidth));
    copy.setAttribute('height', String(fullHeight));
    copy.setAttribute('role', 'img');
    copy.querySelector('defs')?.before(background(fullWidth, fullHeight));
    return `${new XMLSerializer().serializeToString(copy)}\n`.replaceAll(/\d+\.\d{3,}/g, number =>
      String(Math.round(Number(number) * 100) / 100),
    );

    function write(element: SVGElement, style: CSSStyleDeclaration): void {
      const isText = element.tagName === 'text' || element.tagName === 'tspan';
      for (const name of element.getAttributeNames()) {
        if (name === 'class' || name === 'style' || name.startsWith('data-')) element.removeAttribute(name);
      }
      if (['title', 'desc', 'defs', 'g'].includes(element.tagName)) return;
      for (const [name, usual] of Object.entries(WRITTEN)) {
        const value = style.getPropertyValue(name);
        if (value !== usual && !(name === 'stroke-width' && style.stroke === 'none'))
          element.setAttribute(name, plain(value));
      }
      if (isText) for (const name of OF_TEXT) element.setAttribute(name, style.getPropertyValue(name));
    }

    /** Quotes in `url("#hatch")` and in font names are removed for readability. */
    function plain(value: string): string {
      return value.replaceAll('"', '').replace(/px$/, '');
    }

    function background(width: number, height: number): SVGRectElement {
      const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      const card = document.querySelector('.card');
      const attributes = {
        x: -MARGIN_PX,
        y: -MARGIN_PX,
        width,
        height,
        rx: 8,
        fill: card ? getComputedStyle(card).backgroundColor : 'none',
      };
      for (const [name, value] of Object.entries(attributes)) rect.setAttribute(name, String(value));
      return rect;
    }
  });
}

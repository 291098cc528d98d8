"""A screen with text at twice its size: what sticks out, is cut off, lies over other words or can't be reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.tools import accessibility

NORMAL = 16  # what browsers give text that nobody asked to be larger
# WCAG 1.4.10: a screen of 1280x1024 at 400 %.
NARROWEST = 320

# What a box cuts where nobody can scroll. Words for screen readers alone are cut on purpose, first lines of more too.
CUT = """() => {
  const says = element => [...element.childNodes].some(each => each.nodeType === 3 && each.data.trim());
  const hides = (element, axis) => ['hidden', 'clip'].includes(getComputedStyle(element)[`overflow${axis}`]);
  const seen = element => element.checkVisibility({visibilityProperty: true}) && element.clientWidth > 1;
  return [...document.querySelectorAll('body *')].filter(element => says(element) && seen(element)).flatMap(element => {
    const text = document.createRange();
    text.selectNodeContents(element);
    const box = text.getBoundingClientRect();
    for (let around = element; around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around);
      if (around.clientWidth <= 1 && style.position === 'absolute') return [];
      if (['auto', 'scroll'].includes(style.overflowX) || style.position === 'fixed') return [];
      const edge = around.getBoundingClientRect();
      const wide = hides(around, 'X') && (box.right > edge.right + 2 || box.left < edge.left - 2);
      const high = hides(around, 'Y') && (box.bottom > edge.bottom + 2 || box.top < edge.top - 2);
      if (style.webkitLineClamp !== 'none') return [];
      if (wide || high) return [`${element.textContent.trim().slice(0, 40)}: ${element.outerHTML.slice(0, 90)}`];
    }
    return box.left < -2 && box.right > 0 ? [`left of the screen: ${element.outerHTML.slice(0, 90)}`] : [];
  });
}"""

# Lines of text of two elements in the same place. What stands at the screen's edge lies over the rest by intent.
OVERLAPPING = """() => {
  const open = document.querySelector('dialog[open]');
  const walker = document.createTreeWalker(open ?? document.body, NodeFilter.SHOW_TEXT);
  const lines = [];
  const floats = element => {
    for (let each = element; each; each = each.parentElement) {
      if (['fixed', 'sticky'].includes(getComputedStyle(each).position)) return true;
      if (each.clientWidth <= 1 && getComputedStyle(each).position === 'absolute') return true;
    }
    return false;
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('svg, canvas, option, .leaflet-container')) continue;
    if (!element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) || floats(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(getComputedStyle(element).fontSize);
    for (const box of range.getClientRects()) {
      // A line's box is higher than its letters.
      const middle = (box.top + box.bottom) / 2;
      lines.push({node, left: box.left, right: box.right, top: middle - size * 0.35, bottom: middle + size * 0.35});
    }
  }
  lines.sort((one, other) => one.top - other.top);
  const found = [];
  for (const [index, one] of lines.entries()) {
    for (const other of lines.slice(index + 1)) {
      if (other.top >= one.bottom) break;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - other.top;
      if (one.node !== other.node && wide > 3 && high > 3) {
        found.push(`${one.node.data.trim().slice(0, 40)} | ${other.node.data.trim().slice(0, 40)}`);
      }
    }
  }
  return found.slice(0, 5);
}"""

# In the middle of the screen, or as near to it as the page goes, a finger must find it.
OUT_OF_REACH = """() => {
  const open = document.querySelector('dialog[open]');
  const before = [scrollX, scrollY];
  const all = (open ?? document).querySelectorAll('a[href], button, select, summary, input, textarea');
  const found = [...all].flatMap(element => {
    const target = element.closest('label') ?? element;
    if (!target.checkVisibility({visibilityProperty: true}) || element.matches('.skip')) return [];
    target.scrollIntoView({block: 'center', inline: 'center'});
    const lines = [...target.getClientRects()].filter(box => box.width > 1 && box.height > 1);
    if (lines.length === 0) return [];
    const hit = lines.some(box => [0.5, 0.15, 0.85].some(part => {
      const at = document.elementFromPoint(box.left + box.width * part, box.top + box.height / 2);
      return at !== null && (target.contains(at) || at.contains(target) && at.closest('label') === target);
    }));
    return hit ? [] : [target.outerHTML.slice(0, 120)];
  });
  scrollTo(...before);
  return found.slice(0, 5);
}"""


@contextmanager
def twice_as_large(page: Page) -> Iterator[None]:
    """The browser's text size at 200 %, as its owner would set it; as it was afterwards."""
    browser = page.context.new_cdp_session(page)

    def sized(standard: int) -> None:
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": standard, "fixed": round(standard * 13 / 16)}})
        # Chromium asks media queries anew when its window changes, and not at this setting.
        size = page.viewport_size
        assert size is not None
        page.set_viewport_size({"width": size["width"], "height": size["height"] + 1})
        page.set_viewport_size(size)
        root = page.locator(f"html{'[data-crowded]' if standard > NORMAL else ':not([data-crowded])'}")
        root.wait_for(state="attached")
        accessibility.settle(page)

    try:
        sized(2 * NORMAL)
        yield
    finally:
        sized(NORMAL)
        browser.detach()


def unbearable(page: Page) -> list[str]:
    """What twice as large a text spoils on this screen."""
    with twice_as_large(page):
        return [
            *accessibility.sticks_out(page),
            *(f"cut off: {each}" for each in page.evaluate(CUT)),
            *(f"one over the other: {each}" for each in page.evaluate(OVERLAPPING)),
            *(f"out of reach: {each}" for each in page.evaluate(OUT_OF_REACH)),
        ]

"""A screen under a keyboard alone: where Tab goes, in which order, whether one sees it, and whether one gets out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

MOST = 200  # presses of Tab; no screen has as many stops

# Where Tab is to stop, in the order of the page. Of a group of radio buttons one stop; arrows do the rest.
EXPECTED = """() => {
  const root = document.querySelector('dialog[open]') ?? document;
  const all = [...root.querySelectorAll(
    'a[href], button, input, select, textarea, summary, audio[controls], video[controls], [tabindex]')];
  const group = one => one.type === 'radio' && one.name
    ? all.filter(each => each.type === 'radio' && each.name === one.name && each.form === one.form) : [one];
  return all.filter(element => {
    if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({visibilityProperty: true})) return false;
    const alike = group(element);
    return element === (alike.find(each => each.checked) ?? alike[0]);
  });
}"""

# Focus that leaves with what had it goes on from where that was.
BEGIN = """() => {
  const start = document.createElement('span');
  start.tabIndex = -1;
  (document.querySelector('dialog[open]') ?? document.body).prepend(start);
  start.focus();
  start.remove();
}"""

# Each stop is looked at when the next Tab is pressed: by then the browser has scrolled to it and drawn its outline.
WATCH = """expected => {
  const told = window.tabbed = {expected: expected(), stops: [], outside: 0, wrong: []};
  const name = element => element.outerHTML.slice(0, 110);
  const outlined = element => {
    for (let each = element, up = 0; each && up < 3; each = each.parentElement, up++) {
      const style = getComputedStyle(each);
      if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) return each;
    }
    return null;
  };
  // A line over or under a row alone looks like the row's own: an upright one must be seen as well.
  const cut = element => {
    const style = getComputedStyle(element);
    const more = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth) - 1;
    const box = element.getBoundingClientRect();
    for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
      const {overflowX, overflowY, position} = getComputedStyle(around);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const edge = around.getBoundingClientRect();
      if (box.left - more < edge.left && box.right + more > edge.right) return around;
      if (position === 'fixed') break;
    }
    return box.left - more < 0 && box.right + more > innerWidth ? document.documentElement : null;
  };
  const hidden = element => {
    const boxes = [...element.getClientRects()].filter(box => box.width > 1 && box.height > 1);
    return boxes.length > 0 && boxes.every(box => [0.5, 0.05, 0.95].every(x => [0.5, 0.1, 0.9].every(y => {
      const at = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return at === null || !(element.contains(at) || at.contains(element) && at.matches('label, .choice'));
    })));
  };
  told.look = () => {
    const element = document.activeElement;
    if (element === document.body || element === document.documentElement || element === null) {
      told.outside += 1;
      return;
    }
    if (told.stops.at(-1) === element) return;
    if (told.stops.length > 1 && told.stops[0] === element) told.outside += 1; // round, without a stop outside
    told.stops.push(element);
    const line = outlined(element);
    const target = element.closest('label') ?? element;
    const cutter = line && cut(line);
    if (line === null) told.wrong.push(`focus isn't seen: ${name(element)}`);
    if (cutter) told.wrong.push(`outline cut off by ${cutter.className || cutter.tagName}: ${name(element)}`);
    if (hidden(target)) told.wrong.push(`focused and hidden: ${name(element)}`);
  };
}"""

# Rows of buttons that turn round on a narrow screen begin with the button nearest to the thumb (ui/dialog.tsx).
JUDGE = """() => {
  const {expected, stops, wrong, outside} = window.tabbed;
  const name = element => element.outerHTML.slice(0, 110);
  const first = stops.filter((each, index) => stops.indexOf(each) === index);
  const found = [...wrong];
  for (const element of expected) {
    if (element.isConnected && !first.includes(element)) found.push(`Tab passes by: ${name(element)}`);
  }
  const order = expected.filter(each => first.includes(each));
  const visited = first.filter(each => expected.includes(each));
  const from = visited.indexOf(order[0]);
  const turned = [...visited.slice(from), ...visited.slice(0, from)];
  const at = order.findIndex((each, index) => each !== turned[index]);
  if (at >= 0) found.push(`not in the order of the page: ${name(turned[at])}`);
  const open = document.querySelector('dialog[open]');
  for (const element of first) if (open && !open.contains(element)) found.push(`outside the dialog: ${name(element)}`);
  const apart = element => element.closest('.actions, .bar, .nav, .finish, .map') !== null;
  const box = element => (element.closest('label') ?? element).getBoundingClientRect();
  for (const [index, element] of first.entries()) {
    const next = first[index + 1];
    if (!next || apart(element) || apart(next)) continue;
    if (element.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_PRECEDING) continue;
    const [one, other] = [box(element), box(next)];
    if (other.bottom <= one.top + 1 && other.left < one.right && one.left < other.right) {
      found.push(`goes up from ${name(element)} to ${name(next)}`);
    }
  }
  if (outside === 0) found.push(`Tab never leaves the page again: ${stops.slice(-3).map(name).join(' ')}`);
  return found;
}"""


def walk(page: Page) -> list[str]:
    """Goes once through the screen with Tab; what is wrong with that.

    Every control is a stop, in the page's order; each stop is seen, its outline whole and under no bar; past the last
    one Tab leaves the page, or goes round inside a dialog.
    """
    page.evaluate(f"({WATCH})({EXPECTED})")
    page.evaluate(BEGIN)
    count: int = page.evaluate("tabbed.expected.length")
    # A day has three parts and a button inside one stop.
    for _ in range(count * 5 + 20):
        page.keyboard.press("Tab")
        if page.evaluate("tabbed.look(), tabbed.outside > 0"):
            break
    found: list[Any] = page.evaluate(JUDGE)
    return [str(each) for each in found]


def is_somewhere(page: Page) -> bool:
    """Whether the keyboard can go on from somewhere: the button that opened a dialog, a screen's heading."""
    held: bool = page.evaluate("document.activeElement !== document.body && document.activeElement.isConnected")
    return held


def reach(page: Page, selector: str) -> Locator:
    """Presses Tab until this has the focus; fails when it never comes."""
    wanted = page.locator(selector).first
    wanted.wait_for()
    for _ in range(MOST):
        if wanted.evaluate("element => element === document.activeElement"):
            return wanted
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab doesn't reach {selector}")


def answer(page: Page, path: str, value: Any) -> None:
    """Answers a question as screens.answer does, with keys alone."""
    asked = f".question[data-path='{path}']"
    if value == "now":
        reach(page, f"{asked} button").press("Enter")
    elif isinstance(value, list):
        for label in value:
            reach(page, f"{asked} label:has-text('{label}') input").press("Space")
    elif page.locator(f"{asked} input[type=radio]").count():
        reach(page, f"{asked} input[type=radio]")
        chosen = page.locator(asked).get_by_label(value, exact=True)
        for _ in range(page.locator(f"{asked} input[type=radio]").count()):
            page.keyboard.press("Space")
            if chosen.is_checked():
                return
            page.keyboard.press("ArrowDown")
        assert chosen.is_checked(), f"the arrows don't reach {value}"
    else:
        reach(page, f"{asked} input, {asked} textarea")
        page.keyboard.type(str(value))

"""What keeps somebody from using a screen: axe's rules for WCAG 2.2 AA, thumbs, and what sticks out of the screen."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.tools.landing import ROOT

AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
THUMB = 48

RUN = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then(found =>
  found.violations.flatMap(each => each.nodes.map(node =>
    `${each.id}: ${node.target.join(' ')}: ${node.html.slice(0, 120)}`)))"""

# Links inside a sentence are as high as the sentence (WCAG 2.5.8 leaves them out too); a box belongs to its label.
SMALL = """least => [...document.querySelectorAll('a, button, select, summary, input, textarea')].flatMap(element => {
  const target = element.closest('label') ?? element;
  const box = target.getBoundingClientRect();
  const seen = element.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1;
  const inline = element.matches('p a, li p a');
  const covered = element.closest('dialog[open]') === null && document.querySelector('dialog[open]') !== null;
  if (!seen || inline || covered || Math.round(box.height) >= least || element.matches('.skip')) return [];
  return [`${Math.round(box.width)}x${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`];
})"""

STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
  .map(element => element.outerHTML.slice(0, 120)).slice(0, 3)"""


def violations(page: Page) -> list[str]:
    """What axe finds on the screen as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


def too_small(page: Page) -> list[str]:
    """What a thumb may miss."""
    found: list[Any] = page.evaluate(SMALL, THUMB)
    return [f"less than {THUMB} px high: {each}" for each in found]


def sticks_out(page: Page) -> list[str]:
    """What makes the page wider than its screen."""
    found: list[Any] = page.evaluate(STICKS_OUT)
    return [f"wider than the screen: {each}" for each in found]

"""What keeps somebody from using a screen: axe's rules for WCAG 2.2 AA, thumbs, and what sticks out of the screen."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.tools.landing import ROOT

AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
THUMB = 48

# Colours that still change are no colours yet. Spinners never end; what isn't drawn (a closed <details>) never begins.
TURNED = """async () => {
  const seen = each => each.effect.target?.checkVisibility({contentVisibilityAuto: true});
  const turning = () => document.getAnimations().filter(each => each instanceof CSSTransition && seen(each));
  const frame = () => new Promise(done => { requestAnimationFrame(done); setTimeout(done, 100); });
  for (const end = performance.now() + 3000; turning().length > 0 && performance.now() < end;) await frame();
  await frame();
}"""

# What a bar at the screen's edge covers is looked at again in the middle of the screen, where a person would scroll it.
RUN = """async tags => {
  const found = [];
  const told = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  for (const each of told.violations) for (const node of each.nodes) {
    if (each.id === 'target-size') {
      const element = document.querySelector(node.target[0]);
      element.scrollIntoView({block: 'center'});
      const again = await axe.run(element, {runOnly: ['target-size'], resultTypes: ['violations']});
      if (again.violations.length === 0) continue;
    }
    found.push(`${each.id}: ${node.target.join(' ')}: ${node.html.slice(0, 120)}`);
  }
  return found;
}"""

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

# A phone makes its window as wide as what sticks out: only the page's own width stays what it was.
STICKS_OUT = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  return scrollWidth <= clientWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(element => element.getBoundingClientRect().right > clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 120)).slice(0, 3);
}"""


def settle(page: Page) -> None:
    """Returns when what changes softly has its last colour and place."""
    page.evaluate(TURNED)


def violations(page: Page, tags: list[str] = TAGS) -> list[str]:
    """What axe finds on the screen as it is now, by the rules of these tags."""
    settle(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, tags)
    return found


def too_small(page: Page) -> list[str]:
    """What a thumb may miss."""
    found: list[Any] = page.evaluate(SMALL, THUMB)
    return [f"less than {THUMB} px high: {each}" for each in found]


def sticks_out(page: Page) -> list[str]:
    """What makes the page wider than its screen."""
    found: list[Any] = page.evaluate(STICKS_OUT)
    return [f"wider than the screen: {each}" for each in found]

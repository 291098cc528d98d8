// Enketo as its own forms have it, all questions on one page. Its transformation (a server's work) is done before.
let form = null;

const words = {
  integer: (index) => String(index % 1200),
  int: (index) => String(index % 1200),
  decimal: (index) => `${index % 50}.5`,
  date: (index) => (index % 3 === 0 ? "2030-01-01" : "2024-02-29"),
};

function questions() {
  const seen = new Map();
  for (const control of document.querySelectorAll(".question [name]")) {
    if (control.closest(".disabled, .calculation, .itemset-template, .or-repeat-info")) continue;
    if (!seen.has(control.name)) seen.set(control.name, []);
    seen.get(control.name).push(control);
  }
  return [...seen.values()];
}

window.contestant = {
  async open() {
    const [{ Form }, answer] = await Promise.all([import("enketo-core"), fetch("enketo.json")]);
    const { form: html, model } = await answer.json();
    document.body.innerHTML = html;
    form = new Form(document.querySelector("form.or"), { modelStr: model }, {});
    const errors = form.init();
    if (errors.length > 0) console.error(errors);
  },
  questions: () => questions().length,
  answer(index) {
    const controls = questions()[index];
    if (!controls) return;
    const first = controls[0];
    if (first.type === "radio" || first.type === "checkbox") {
      const chosen = controls[index % controls.length];
      chosen.checked = true;
      chosen.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    if (first.tagName === "SELECT") first.selectedIndex = 1 + (index % Math.max(1, first.options.length - 1));
    else first.value = words[first.dataset.typeXml]?.(index) ?? (index % 2 === 0 ? "Seen from the road" : "Nr. 12");
    first.dispatchEvent(new Event("change", { bubbles: true }));
  },
  wrong: () => document.querySelectorAll(".invalid-constraint, .invalid-required").length,
};
window.transformed = async (xform) => {
  const { transform } = await import("enketo-transformer/web");
  const { form: html, model } = await transform({ xform });
  return { form: html, model };
};

// Forms of the builder of automations show only the fields that go with what was chosen in them.
(() => {
  "use strict";
  const show = (form) => {
    const chosen = form.elements[form.dataset.shownBy].value;
    for (const part of form.querySelectorAll("[data-shown-for]")) part.hidden = !part.dataset.shownFor.split(" ").includes(chosen);
  };
  // The value of a comparison is chosen by its name where the field has a set of them, and typed where it has none.
  const offer = (chosen) => {
    const [field, operator] = chosen.value.split("|");
    const kinds = [...document.querySelectorAll("template[data-told-value]")];
    const typed = kinds.find((one) => one.dataset.toldValue === "");
    const wanted = (operator !== "contains" && kinds.find((one) => one.dataset.toldValue === field)) || typed;
    const now = chosen.closest(".automation-told").querySelector("[name=told_value]");
    const next = wanted.content.querySelector("[name=told_value]").cloneNode(true);
    next.id = now.id;
    next.value = now.value;
    if (next.tagName === "SELECT" && next.selectedIndex < 0) next.value = "";
    if (next.tagName === "INPUT" && now.tagName === "SELECT") next.value = "";
    now.replaceWith(next);
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-shown-by]");
    if (form) show(form);
    if (event.target.name === "told") offer(event.target);
  });
  for (const form of document.querySelectorAll("form[data-shown-by]")) show(form);
})();

// Forms of the builder of automations show only the fields that go with what was chosen in them.
(() => {
  "use strict";
  const show = (form) => {
    const chosen = form.elements[form.dataset.shownBy].value;
    for (const part of form.querySelectorAll("[data-shown-for]")) part.hidden = !part.dataset.shownFor.split(" ").includes(chosen);
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-shown-by]");
    if (form) show(form);
  });
  for (const form of document.querySelectorAll("form[data-shown-by]")) show(form);
})();

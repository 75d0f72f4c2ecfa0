// The builder of automations: steps can be dragged (their buttons do the same by keyboard), and forms show only the
// fields that go with what was chosen in them.
(() => {
  "use strict";
  let dragged = null;

  const clear = () => {
    for (const marked of document.querySelectorAll(".is-above, .is-into")) marked.classList.remove("is-above", "is-into");
  };

  // Where a step would go: before the step under the pointer, or at the end of the list it is over.
  const target = (event) => {
    const list = event.target.closest("[data-steps]");
    if (!list || !dragged || dragged.contains(list)) return null;
    const rest = [...list.children].filter((item) => item !== dragged);
    const before = rest.find((item) => {
      const box = item.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    return { list, before, place: before ? rest.indexOf(before) : rest.length };
  };

  document.addEventListener("dragstart", (event) => {
    const step = event.target.closest?.("[data-step]");
    if (!step) return;
    dragged = step;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", step.dataset.step);
    step.classList.add("is-dragged");
    event.stopPropagation();
  });
  document.addEventListener("dragover", (event) => {
    const found = target(event);
    clear();
    if (!found) return;
    event.preventDefault();
    (found.before ?? found.list).classList.add(found.before ? "is-above" : "is-into");
  });
  document.addEventListener("drop", (event) => {
    const found = target(event);
    const form = document.getElementById("automation-move");
    if (!found || !form) return;
    event.preventDefault();
    form.elements.into.value = found.list.dataset.steps;
    form.elements.place.value = String(found.place);
    form.action = form.dataset.url.replace("KEY", dragged.dataset.step);
    form.submit();
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    clear();
  });

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

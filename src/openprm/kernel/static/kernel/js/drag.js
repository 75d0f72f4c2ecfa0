// Rows that are dragged to their place in a list, or into another one: a [data-drag-item] in a [data-drag-list], whose value is
// the list's name. They can be taken only once this script listens: what is dragged before would be lost. The hidden
// form[data-drag] is sent to that address (KEY in it is the row's), what its inputs say being the key, the list or the place
// (data-says). Buttons beside the rows do the same by keyboard.
// A [data-drag-zone] takes what is dropped around its list.
(() => {
  "use strict";
  let dragged = null;

  const arm = () => {
    for (const item of document.querySelectorAll("[data-drag-item]")) item.draggable = true;
  };
  const clear = () => {
    for (const marked of document.querySelectorAll(".is-above, .is-into")) marked.classList.remove("is-above", "is-into");
  };

  // Where a row would go: before the one under the pointer, or at the end of the list it is over.
  const target = (event) => {
    if (!dragged) return null;
    const around = event.target.closest?.("[data-drag-list], [data-drag-zone]");
    const list = around?.matches("[data-drag-list]") ? around : around?.querySelector("[data-drag-list]");
    if (!list || dragged.contains(list)) return null;
    const rest = [...list.children].filter((item) => item !== dragged);
    const before = rest.find((item) => {
      const box = item.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    return { list, before, place: before ? rest.indexOf(before) : rest.length };
  };

  document.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.("[data-drag-item]");
    if (!item) return;
    dragged = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.dragItem);
    item.classList.add("is-dragged");
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
    const form = document.querySelector("form[data-drag]");
    if (!found || !form) return;
    event.preventDefault();
    const said = { key: dragged.dataset.dragItem, list: found.list.dataset.dragList, place: String(found.place) };
    for (const input of form.querySelectorAll("[data-says]")) input.value = said[input.dataset.says];
    form.action = form.dataset.drag.replace("KEY", said.key);
    form.submit();
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    clear();
  });
  document.addEventListener("htmx:after:swap", arm);
  arm();
})();

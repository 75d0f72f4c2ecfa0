// Tasks are dragged to their place, as soon as somebody listens for it; the buttons beside them do the same by keyboard.
(() => {
  "use strict";
  const form = document.getElementById("drag-form");
  if (!form) return;
  let dragged = null;

  const clear = () => document.querySelectorAll(".is-target").forEach((one) => one.classList.remove("is-target"));
  const rows = (list) => [...list.querySelectorAll(":scope > li")].filter((row) => row !== dragged);
  const before = (list, y) => rows(list).find((row) => y < row.getBoundingClientRect().top + row.offsetHeight / 2);

  document.querySelectorAll(".draw-stage").forEach((stage) => {
    const list = stage.querySelector(".draw-list");
    stage.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      clear();
      (before(list, event.clientY) ?? list).classList.add("is-target");
    });
    stage.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const next = before(list, event.clientY);
      form.elements.namedItem("key").value = dragged.dataset.key;
      form.elements.namedItem("stage").value = list.dataset.stage;
      form.elements.namedItem("place").value = next ? rows(list).indexOf(next) : rows(list).length;
      form.submit();
    });
  });

  document.querySelectorAll(".draw-list").forEach((list) => {
    list.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("li");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.key);
      dragged.classList.add("is-dragged");
    });
    list.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; clear(); });
    rows(list).forEach((row) => { row.draggable = true; });
  });
})();

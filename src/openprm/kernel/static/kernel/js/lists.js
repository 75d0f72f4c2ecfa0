// Lists: ticks and actions on many rows, rows that open, choices that can be searched.
(() => {
  "use strict";
  const { all, everywhere, find, on, words } = window.openprm;

  const refreshTicks = (list) => {
    const ticks = all("[data-tick]", list);
    const ticked = ticks.filter((tick) => tick.checked).length;
    const form = find("[data-bulk]", list);
    if (!form) return;
    const everything = find("[data-tick-all]", list);
    if (everything) {
      everything.checked = ticked > 0 && ticked === ticks.length;
      everything.indeterminate = ticked > 0 && ticked < ticks.length;
    }
    if (ticked < ticks.length) form.elements.all.value = "";
    const allButton = find("[data-bulk-all]", form);
    const whole = form.elements.all.value === "1";
    if (allButton) allButton.hidden = whole || ticked < ticks.length;
    const count = find("[data-bulk-count]", form);
    form.dataset.count = whole ? allButton?.textContent.match(/[\d.,\u00a0\u202f]+/)?.[0] ?? "" : String(ticked);
    count.textContent = whole ? allButton?.textContent ?? "" : ticked === 1 ? words.selectedOne : words.selectedMany.replace("{0}", ticked);
    if (ticked) list.dataset.selected = String(ticked);
    else delete list.dataset.selected;
  };
  let lastTick = null;
  on("click", "[data-tick]", (tick, event) => {
    const list = tick.closest("[data-list]");
    if (event.shiftKey && lastTick?.isConnected) {
      const ticks = all("[data-tick]", list);
      const [from, to] = [ticks.indexOf(lastTick), ticks.indexOf(tick)].sort((a, b) => a - b);
      ticks.slice(from, to + 1).forEach((one) => (one.checked = tick.checked));
    }
    lastTick = tick;
    refreshTicks(list);
  });
  on("change", "[data-tick-all]", (box) => {
    const list = box.closest("[data-list]");
    all("[data-tick]", list).forEach((tick) => (tick.checked = box.checked));
    refreshTicks(list);
  });
  on("click", "[data-bulk-none]", (button) => {
    const list = button.closest("[data-list]");
    all("[data-tick]", list).forEach((tick) => (tick.checked = false));
    refreshTicks(list);
  });
  on("click", "[data-bulk-all]", (button) => {
    button.form.elements.all.value = "1";
    refreshTicks(button.closest("[data-list]"));
  });

  // A row opens where it is clicked, unless the click was for something in it.
  on("click", "tr[data-href]", (row, event) => {
    if (event.target.closest("a, button, input, label, select, summary, form") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.href = row.dataset.href;
  });

  on("input", "[data-ticks-search]", (search, event) => {
    event.stopPropagation();
    const box = search.closest("[data-ticks]");
    const text = search.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const label of all(".ticks-list label", box)) {
      label.hidden = !label.textContent.toLocaleLowerCase().includes(text);
      label.classList.toggle("d-none", label.hidden);
      shown += label.hidden ? 0 : 1;
    }
    const none = find(".ticks-none", box);
    if (none) none.hidden = shown > 0;
  }, { capture: true });

  everywhere(() => all("[data-list]").forEach(refreshTicks));
})();

// Lists by keyboard: j and k move, x selects, Enter opens, / searches, ? explains.
(() => {
  "use strict";
  if (window.openprmKeys) return;
  window.openprmKeys = true;
  const rows = () => [...document.querySelectorAll("[data-keys-list] > tbody > tr")];
  const current = () => document.querySelector("[data-keys-list] tr.is-current");
  const typing = (element) => element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open], .menu");

  const go = (step) => {
    const listed = rows();
    if (!listed.length) return;
    const at = listed.indexOf(current());
    const next = listed[Math.max(0, Math.min(listed.length - 1, at < 0 ? (step > 0 ? 0 : listed.length - 1) : at + step))];
    current()?.classList.remove("is-current");
    next.classList.add("is-current");
    next.scrollIntoView({ block: "nearest" });
    (next.querySelector("a.cell-link, [data-tick]") ?? next).focus({ preventScroll: true });
  };
  const actions = {
    j: () => go(1),
    k: () => go(-1),
    x: () => current()?.querySelector("[data-tick]")?.click(),
    Enter: () => {
      const row = current();
      if (row?.dataset.href && !document.activeElement?.matches("a, button, summary")) location.href = row.dataset.href;
    },
    "/": (event) => {
      const search = [...document.querySelectorAll("[data-key='/']")].pop();
      if (search) event.preventDefault();
      search?.focus();
      search?.select();
    },
    "?": () => document.getElementById("keys-help")?.showModal(),
    Escape: () => {
      document.querySelector("[data-list][data-selected] [data-bulk-none]")?.click();
      current()?.classList.remove("is-current");
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    actions[event.key]?.(event);
  });
})();

// Light, dark or as the device says, before anything is painted. The choice is kept in a cookie, so that the server
// already sends the right page, and in localStorage, where the cookie is refused.
(() => {
  "use strict";
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");

  const read = () => {
    try {
      return localStorage.getItem("theme") || root.dataset.bsTheme || "auto";
    } catch {
      return root.dataset.bsTheme || "auto";
    }
  };
  const keep = (name, value) => {
    document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`;
    try {
      localStorage.setItem(name, value);
    } catch {
      // A browser that keeps nothing still has the cookie, or the device's own choice.
    }
  };
  const paint = (choice) => {
    const shown = choice === "auto" ? (device.matches ? "dark" : "light") : choice;
    if (root.dataset.bsTheme !== shown) {
      root.dataset.bsTheme = shown;
      document.dispatchEvent(new CustomEvent("themechange", { detail: shown }));
    }
  };
  const mark = () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === read()));
    }
  };

  paint(read());
  device.addEventListener("change", () => paint(read()));
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-theme-choice]");
    if (choice) {
      keep("theme", choice.dataset.themeChoice);
      paint(choice.dataset.themeChoice);
      mark();
    }
    if (event.target.closest?.("[data-sidebar-toggle]")) {
      const narrow = root.dataset.sidebar !== "narrow";
      if (narrow) root.dataset.sidebar = "narrow";
      else delete root.dataset.sidebar;
      keep("sidebar", narrow ? "narrow" : "wide");
    }
  });
})();

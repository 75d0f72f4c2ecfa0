// Hides questions until an answer on the same page calls for them. Without this script all of them are shown.
(() => {
  const root = document.documentElement;
  root.classList.add("has-script");
  const values = (form, name) => new FormData(form).getAll(name).map(String);
  const look = (form) => {
    const hidden = new Set();
    for (const place of form.querySelectorAll("[data-when]")) {
      const when = JSON.parse(place.dataset.when);
      const given = hidden.has(when.name) ? [] : values(form, when.name);
      const meets = given.some((value) => when.values.includes(value));
      place.hidden = when.op === "is" ? !meets : meets;
      if (place.hidden) hidden.add(place.dataset.name);
    }
  };
  const start = () => {
    for (const form of document.querySelectorAll("form[data-conditions]")) {
      look(form);
      form.addEventListener("input", () => look(form));
      form.addEventListener("change", () => look(form));
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();

// The audience builder. The page's own elements are the state: groups and conditions are cloned from templates, and after
// each change the predicate is read off them into the hidden input. Works wholly by keyboard: they are form controls.
(() => {
  "use strict";
  if (window.openprmAudience) return;
  window.openprmAudience = true;
  let number = 0;

  class Builder {
    constructor(root) {
      this.root = root;
      this.fields = JSON.parse(document.getElementById(root.dataset.audience).textContent);
      this.byName = Object.fromEntries(this.fields.map((field) => [field.name, field]));
      this.input = root.querySelector("[data-audience-value]");
      this.tree = root.querySelector("[data-audience-tree]");
      let start = { all: [] };
      try {
        start = JSON.parse(this.input.value) || start;
      } catch {
        // An unreadable predicate starts anew as everybody.
      }
      this.top = this.group(this.asGroup(start));
      this.top.querySelector("[data-remove]").remove();
      this.tree.replaceChildren(this.top);
      root.addEventListener("click", (event) => this.clicked(event));
      root.addEventListener("change", (event) => this.changed(event));
      root.addEventListener("input", (event) => this.changed(event));
      this.write(false);
    }

    clone(name) {
      return this.root.querySelector(`template[data-audience-${name}]`).content.firstElementChild.cloneNode(true);
    }

    // A predicate is shown as a group: "not" over a group of "any" is the mode "none of these".
    asGroup(node) {
      if (node.all) return { mode: "all", parts: node.all };
      if (node.any) return { mode: "any", parts: node.any };
      if (node.not) return { mode: "not", parts: node.not.any ?? [node.not] };
      return { mode: "all", parts: [node] };
    }

    group({ mode, parts }) {
      const made = this.clone("group");
      made.querySelector("[data-mode]").value = mode;
      const list = made.querySelector("[data-parts]");
      for (const part of parts) list.append(this.part(part));
      this.dress(made);
      return made;
    }

    part(node) {
      const item = document.createElement("li");
      item.className = "audience-part";
      item.append(node.field ? this.condition(node) : this.group(this.asGroup(node)));
      return item;
    }

    condition(node) {
      const made = this.clone("condition");
      const select = made.querySelector("[data-field]");
      const groups = new Map();
      for (const field of this.fields) {
        if (field.group && !groups.has(field.group)) {
          const group = document.createElement("optgroup");
          group.label = field.group;
          groups.set(field.group, group);
          select.append(group);
        }
        (groups.get(field.group) ?? select).append(new Option(field.label, field.name));
      }
      const field = this.byName[node?.field] ?? this.fields[0];
      select.value = field.name;
      this.shape(made, field, node?.op, node?.value);
      return made;
    }

    shape(condition, field, operator, value) {
      const select = condition.querySelector("[data-operator]");
      select.replaceChildren(...field.operators.map(([name, label]) => new Option(label, name)));
      if (operator && field.operators.some(([name]) => name === operator)) select.value = operator;
      condition.querySelector("[data-value]").replaceChildren(this.control(field, value));
    }

    control(field, value) {
      const several = field.options.length > 0 || field.kind === "choice" || field.kind === "choices";
      const made = this.clone(several ? "choice" : field.kind);
      if (!several) {
        if (value !== undefined) made.value = String(value);
        return made;
      }
      const chosen = new Set((value ?? []).map(String));
      const list = made.querySelector(".ticks-list");
      const sorted = [...field.options].sort((a, b) => chosen.has(b[0]) - chosen.has(a[0]));
      for (const [key, label] of sorted) {
        const row = document.createElement("label");
        const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input", value: key, checked: chosen.has(key), id: `audience-tick-${++number}` });
        const words = document.createElement("span");
        words.textContent = label;
        row.append(box, words);
        list.insertBefore(row, list.lastElementChild);
      }
      if (field.options.length < 9) made.querySelector("[data-ticks-search]").remove();
      return made;
    }

    dress(group) {
      group.classList.toggle("is-not", group.querySelector("[data-mode]").value === "not");
      group.querySelector(":scope > [data-empty]").hidden = group.querySelector(":scope > [data-parts]").children.length > 0;
    }

    clicked(event) {
      const button = event.target.closest("button");
      if (!button) return;
      const group = button.closest("[data-node='group']");
      const list = group.querySelector(":scope > [data-parts]");
      if (button.matches("[data-add-condition]")) this.add(list, this.part({ field: this.fields[0].name }));
      if (button.matches("[data-add-group]")) this.add(list, this.part({ any: [{ field: this.fields[0].name }] }));
      if (button.matches("[data-remove]")) {
        const item = button.closest("li");
        const owner = item.parentElement.closest("[data-node='group']");
        const next = item.nextElementSibling ?? item.previousElementSibling;
        item.remove();
        this.dress(owner);
        (next?.querySelector("select") ?? owner.querySelector(":scope > .audience-foot button")).focus();
        this.write();
      }
    }

    add(list, item) {
      list.append(item);
      this.dress(list.closest("[data-node='group']"));
      item.querySelector("[data-field]").focus();
      this.write();
    }

    changed(event) {
      const condition = event.target.closest("[data-node='condition']");
      if (event.target.matches("[data-ticks-search]")) return;
      if (event.target.matches("[data-field]") && event.type === "change") this.shape(condition, this.byName[event.target.value]);
      if (event.target.matches("[data-mode]")) this.dress(event.target.closest("[data-node='group']"));
      this.write();
    }

    // A condition that is not finished is left out of the predicate, so that the count beside it is always of something.
    read(node) {
      if (node.dataset.node === "condition") return this.comparison(node);
      const parts = [...node.querySelector(":scope > [data-parts]").children].map((item) => this.read(item.firstElementChild)).filter(Boolean);
      const mode = node.querySelector("[data-mode]").value;
      if (mode === "not") return parts.length ? { not: { any: parts } } : { all: [] };
      return mode === "any" && !parts.length ? { all: [] } : { [mode]: parts };
    }

    comparison(node) {
      const field = this.byName[node.querySelector("[data-field]").value];
      const control = node.querySelector("[data-input]");
      let value;
      if (control.matches("[data-ticks]")) {
        value = [...control.querySelectorAll("input:checked")].map((box) => box.value);
        if (!value.length) return null;
      } else {
        value = control.value.trim();
        if (!value) return null;
        if (field.kind === "boolean") value = value === "true";
      }
      return { field: field.name, op: node.querySelector("[data-operator]").value, value };
    }

    write(tell = true) {
      const text = JSON.stringify(this.read(this.top));
      if (text === this.input.value && tell) return;
      this.input.value = text;
      if (!tell) return;
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
      this.root.dispatchEvent(new CustomEvent("audience:changed", { bubbles: true }));
    }
  }

  const start = () => {
    for (const root of document.querySelectorAll(".audience[data-audience]:not([data-ready])")) {
      root.dataset.ready = "yes";
      new Builder(root);
    }
  };
  document.addEventListener("ready:audience", start);
  document.addEventListener("htmx:after:swap", start);
})();

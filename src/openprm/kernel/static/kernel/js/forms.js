// Forms: one click is one answer, drafts save themselves, and what was typed outlasts the end of a session.
(() => {
  "use strict";
  const { all, find, on, open, toast, token, words } = window.openprm;
  const renewToken = (form) => {
    const field = form?.elements.namedItem("csrfmiddlewaretoken");
    if (field) field.value = token();
  };
  document.addEventListener("submit", (event) => renewToken(event.target), { capture: true });

  on("submit", "form[method='post' i]:not([hx-post])", (form, event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // --- Drafts that save themselves ---

  const drafts = new WeakMap();
  const say = (form, text) => {
    const place = find("[data-autosave-status]", form);
    if (place) place.textContent = text;
  };
  const ago = (then) => {
    const seconds = Math.max(1, Math.round((Date.now() - then) / 1000));
    return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  };
  const save = async (form) => {
    const draft = drafts.get(form);
    draft.timer = 0;
    if (draft.saving) return void (draft.again = true);
    draft.saving = true;
    say(form, words.saving);
    renewToken(form);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": token(), "X-Autosave": "1" },
        credentials: "same-origin",
        redirect: "manual",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const place = answer.headers.get("Location");
      if (place) form.dataset.autosave = place;
      const page = answer.headers.get("HX-Push-Url") ?? answer.headers.get("HX-Replace-Url");
      if (page) history.replaceState(history.state, "", page);
      const action = answer.headers.get("X-Form-Action");
      if (action) form.action = action;
      draft.saved = Date.now();
      draft.dirty = draft.again;
      draft.pause = 2000;
      say(form, words.saved);
    } catch {
      say(form, words.notSaved);
      draft.timer = setTimeout(() => save(form), draft.pause = Math.min((draft.pause ?? 2000) * 2, 30000));
    } finally {
      draft.saving = false;
      if (draft.again && !draft.timer) {
        draft.again = false;
        draft.timer = setTimeout(() => save(form), 800);
      }
    }
  };
  const touched = (form) => {
    const draft = drafts.get(form) ?? {};
    drafts.set(form, draft);
    draft.dirty = true;
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => save(form), 800);
  };
  on("input", "form[data-autosave]", touched);
  on("submit", "form[data-autosave]", (form) => {
    const draft = drafts.get(form);
    if (draft) clearTimeout(draft.timer);
    if (draft) draft.dirty = false;
  });
  addEventListener("pagehide", () => {
    for (const form of all("form[data-autosave]")) {
      if (!drafts.get(form)?.dirty) continue;
      const body = new FormData(form);
      body.set("csrfmiddlewaretoken", token());
      navigator.sendBeacon(form.dataset.autosave, body);
    }
  });
  setInterval(() => {
    for (const form of all("form[data-autosave]")) {
      const draft = drafts.get(form);
      if (draft?.saved && !draft.dirty && !draft.saving) say(form, words.savedAgo.replace("{0}", ago(draft.saved)));
    }
  }, 15000);

  // --- A form that was sent when the session had ended stands here again ---

  const fillAgain = (left) => {
    const form = [...document.forms].find((one) =>
      one.method === "post" && new URL(one.getAttribute("action") || "", location.href).pathname === left.dataset.leftOver);
    left.remove();
    if (!form) return;
    const typed = new FormData();
    for (const { name, value } of all("input", left.content)) typed.append(name, value);
    for (const name of new Set(typed.keys())) {
      const values = typed.getAll(name);
      for (const field of all(`[name="${CSS.escape(name)}"]`, form)) {
        if (["hidden", "file", "submit", "button"].includes(field.type)) continue;
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (field.multiple) for (const choice of field.options) choice.selected = values.includes(choice.value);
        else field.value = values.shift() ?? "";
      }
    }
    const dialog = form.closest("dialog");
    if (dialog) open(dialog);
    else find("textarea, input:not([type=hidden])", form)?.focus();
    toast(words.restored, { tone: "info" });
  };
  all("template[data-left-over]").forEach(fillAgain);
})();

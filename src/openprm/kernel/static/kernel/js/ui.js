// What every page does in the browser: messages, menus, dialogs, requests, times; lists.js and forms.js stand on it.
// Everything works on elements that come later, too: listeners sit on the document, and prepare() runs again after each
// swap.
(() => {
  "use strict";
  const words = document.getElementById("ui-words")?.dataset ?? {};
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, selector, act, options) =>
    document.addEventListener(type, (event) => {
      const target = event.target.closest?.(selector);
      if (target) act(target, event);
    }, options);
  // The token changes when somebody signs in again in another tab; the cookie knows the newest.
  const token = () => {
    const newest = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (newest) return newest;
    try {
      return JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
    } catch {
      return "";
    }
  };

  // --- Messages ---

  const TONES = { clear: "circle-check", info: "info-circle", possible: "alert-triangle", blocked: "circle-x" };
  const node = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${words.icons}#${name}`);
    svg.append(use);
    return svg;
  };
  const fade = (note) => {
    if (note.querySelector("form, a") || note.matches(".tone-blocked")) return; // what can be acted on stays
    let left = setTimeout(() => note.remove(), 6000);
    note.addEventListener("mouseenter", () => clearTimeout(left));
    note.addEventListener("mouseleave", () => (left = setTimeout(() => note.remove(), 3000)));
  };
  const toast = (text, { tone = "clear", undo = "", link = "", linkText = "" } = {}) => {
    const place = document.getElementById("toasts");
    if (!place) return;
    const known = TONES[tone] ? tone : "clear";
    for (const same of all("[data-toast]", place)) if (same.querySelector("p")?.textContent === text) same.remove();
    const note = node("div", { class: `toast-note tone-${known}`, "data-toast": "" }, icon(TONES[known]), node("p", {}, text));
    if (undo) {
      const form = node("form", { method: "post", action: undo },
        node("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token() }),
        node("button", { class: "btn btn-sm btn-link", type: "submit" }, words.undo));
      note.append(form);
    }
    if (link) note.append(node("a", { class: "btn btn-sm btn-link", href: link, target: "_blank", rel: "noopener" }, linkText));
    const close = node("button", { class: "btn btn-sm btn-ghost btn-icon", type: "button", "data-dismiss": "" }, icon("x"),
      node("span", { class: "visually-hidden" }, words.close));
    note.append(close);
    place.append(note);
    fade(note);
  };
  on("click", "[data-dismiss]", (button) => button.closest("[data-toast], .notice")?.remove());
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail));

  // --- Menus: native popovers, placed at their button ---

  const place = (panel, button) => {
    const edge = 8;
    const at = button.getBoundingClientRect();
    const size = panel.getBoundingClientRect();
    const toEnd = button.hasAttribute("data-menu-end") || at.left + size.width > innerWidth - edge;
    const left = Math.max(edge, Math.min(toEnd ? at.right - size.width : at.left, innerWidth - size.width - edge));
    const below = at.bottom + 4 + size.height <= innerHeight - edge || at.top < size.height;
    panel.style.left = `${left}px`;
    panel.style.top = `${below ? Math.min(at.bottom + 4, Math.max(edge, innerHeight - size.height - edge)) : at.top - size.height - 4}px`;
  };
  const opener = (panel) => find(`[popovertarget="${CSS.escape(panel.id)}"]`);
  document.addEventListener("toggle", (event) => {
    const panel = event.target;
    if (!panel.matches?.(".menu[popover]")) return;
    const button = opener(panel);
    if (button && event.newState === "open") {
      place(panel, button);
      (find("a, button, input, select", panel) ?? panel).focus({ preventScroll: true });
    }
  }, true);
  addEventListener("resize", () => all(".menu:popover-open").forEach((panel) => panel.hidePopover()));
  document.addEventListener("scroll", (event) => {
    for (const panel of all(".menu:popover-open")) if (!panel.contains(event.target) && opener(panel)) place(panel, opener(panel));
  }, { capture: true, passive: true });
  on("click", "[data-popover-close], .menu a, .menu .menu-item", (item) => item.closest("[popover]")?.hidePopover());
  on("keydown", ".menu", (panel, event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = all("a.menu-item, button.menu-item", panel);
    if (!items.length || !items.includes(document.activeElement)) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });

  // --- Dialogs ---

  const open = (dialog) => {
    dialog?.showModal();
    (find("[autofocus], textarea, select, input:not([type=hidden])", dialog) ?? find("[data-ask-close]", dialog))?.focus();
  };
  on("click", "[data-ask]", (button) => open(document.getElementById(button.dataset.ask)));
  on("click", "[data-ask-close]", (button) => button.closest("dialog")?.close());
  on("click", "dialog.ask", (dialog, event) => {
    if (event.target === dialog && !dialog.querySelector("textarea, input:not([type=hidden])")) dialog.close();
  });
  on("click", "[data-keys-help]", () => document.getElementById("keys-help")?.showModal());

  const ask = (title, text, tone) =>
    new Promise((resolve) => {
      const cancel = node("button", { class: "btn", type: "button" }, words.cancel);
      const go = node("button", { class: `btn ${tone === "blocked" || tone === "danger" ? "btn-danger" : "btn-primary"}`, type: "button" }, title || words.confirm);
      const known = tone === "danger" ? "blocked" : TONES[tone] ? tone : "possible";
      const dialog = node("dialog", { class: "ask", "aria-labelledby": "ask-title" },
        node("div", { class: "ask-body" },
          node("div", { class: `ask-picture tone-${known}` }, icon(TONES[known])),
          node("div", { class: "ask-words" }, node("h2", { id: "ask-title" }, text))),
        node("div", { class: "ask-foot" }, cancel, go));
      document.body.append(dialog);
      const end = (answer) => {
        dialog.remove();
        resolve(answer);
      };
      cancel.addEventListener("click", () => end(false));
      go.addEventListener("click", () => end(true));
      dialog.addEventListener("cancel", () => end(false));
      dialog.showModal();
      cancel.focus();
    });
  on("click", "button[data-confirm]", (button, event) => {
    if (button.dataset.confirmed) return void delete button.dataset.confirmed;
    event.preventDefault();
    event.stopImmediatePropagation();
    const count = button.form?.dataset.count ?? "";
    ask(button.dataset.confirmTitle, button.dataset.confirm.replace("{0}", count), button.dataset.confirmTone).then((sure) => {
      if (!sure) return button.focus();
      button.dataset.confirmed = "yes";
      button.form ? button.form.requestSubmit(button) : button.click();
      delete button.dataset.confirmed;
    });
  }, { capture: true });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.ctx.confirm) return;
    event.preventDefault();
    const source = event.detail.ctx.sourceElement;
    ask(source.dataset.confirmTitle, event.detail.ctx.confirm, source.dataset.confirmTone).then((sure) =>
      sure ? event.detail.issueRequest() : event.detail.dropRequest());
  });

  // --- htmx: what is refused is said, what is typed is kept ---

  const busyWith = (target) => {
    if (!target) return false;
    const active = document.activeElement;
    const typing = active && target.contains(active) && active.matches("input:not([type=checkbox], [type=radio], [type=search]), textarea, select");
    // What was refused stands there, with what was typed, until its user acts: new content would take both away.
    const held = "dialog[open], .menu:popover-open, [data-list][data-selected], [data-problem-text]";
    return typing || Boolean(target.querySelector(held)) || target.matches("[data-list][data-selected]");
  };
  const postponed = new Set();
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceEvent?.type?.startsWith("live:")) return document.body.classList.add("is-busy");
    if (busyWith(ctx.target)) {
      event.preventDefault();
      postponed.add(ctx.sourceElement);
    }
  });
  document.addEventListener("htmx:finally:request", () => document.body.classList.remove("is-busy"));
  setInterval(() => {
    for (const element of postponed) {
      if (!element.isConnected) postponed.delete(element);
      else if (!busyWith(element)) {
        postponed.delete(element);
        const trigger = /live:[\w-]+/.exec(element.getAttribute("hx-trigger") ?? "");
        if (trigger) document.body.dispatchEvent(new CustomEvent(trigger[0], { detail: { ids: [], events: [] } }));
      }
    }
  }, 2000);

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.request.method !== "GET") {
      ctx.request.headers["X-CSRFToken"] = token();
      if (ctx.request.body?.has?.("csrfmiddlewaretoken")) ctx.request.body.set("csrfmiddlewaretoken", token());
    }
    if (!ctx.sourceElement.matches("form[data-clean]")) return;
    for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
  });
  const refusal = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    return (page.querySelector("[data-problem-text]")?.textContent ?? "").trim();
  };
  // An answer to what was typed before must not stand beside what is typed now.
  const unanswered = (ctx) => {
    const instead = ctx?.target?.dataset?.unanswered;
    if (instead) ctx.target.replaceChildren(document.getElementById(instead).content.cloneNode(true));
  };
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const { status, raw } = ctx.response;
    const background = ctx.sourceEvent?.type?.startsWith("live:");
    const signInPage = raw.redirected && new URL(raw.url).pathname.startsWith("/sign-in");
    const typed = ctx.request.method !== "GET"; // to leave the page would lose what was typed
    if ((status === 401 && (background || typed)) || signInPage) {
      event.preventDefault();
      unanswered(ctx);
      toast(words.signedOut, { tone: "possible", link: signInPage ? raw.url : "/sign-in/", linkText: words.signIn });
      return;
    }
    if (status < 400 || status === 401 || status === 422 || ctx.sourceElement.hasAttribute(`hx-status:${status}`)) return;
    event.preventDefault();
    unanswered(ctx);
    if (!background) toast(refusal(ctx.text) || words.refused, { tone: "blocked" });
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && !event.detail.ctx.sourceEvent?.type?.startsWith("live:") && event.detail.error?.name !== "AbortError") {
      unanswered(event.detail.ctx);
      toast(words.failed, { tone: "blocked" });
    }
  });

  // --- Copying ---

  on("click", "[data-copy]", async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      getSelection().selectAllChildren(source);
      document.execCommand("copy");
    }
    toast(words.copied);
  });

  // --- Time, in the reader's own words and zone ---

  const language = document.documentElement.lang || undefined;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const tick = () => {
    for (const time of all("time[data-relative]")) {
      const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
      if (Math.abs(seconds) > 45 * 86400 || Math.abs(seconds) < 60) continue;
      const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS[2];
      const text = relative.format(Math.round(seconds / size), unit);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(tick, 15000);

  // --- What some pages need besides ---

  const loaded = {};
  const load = (name) =>
    (loaded[name] ??= (words[name] ?? "").split(" ").filter(Boolean).reduce(
      (before, address) => before.then(() => new Promise((done, failed) => {
        const script = node("script", { src: address });
        script.onload = done;
        script.onerror = failed;
        document.head.append(script);
      })), Promise.resolve()));
  const prepare = (root) => {
    for (const element of [root, ...all("[data-needs]", root)]) {
      for (const name of element.dataset?.needs?.split(" ") ?? []) load(name).then(() => document.dispatchEvent(new CustomEvent(`ready:${name}`)));
    }
    if (find("[data-keys-list], [data-key]", root)) load("keys");
    all("[data-toast]", root).forEach(fade);
    const first = find("[data-focus-me]", root);
    first?.removeAttribute("data-focus-me"); // once: later swaps must not take the focus away
    first?.focus();
    const again = find("dialog[data-ask-again]", root);
    again?.removeAttribute("data-ask-again");
    if (again) open(again);
  };
  // Run now and after each swap, for what came with it.
  const everywhere = (act) => {
    act();
    document.addEventListener("htmx:after:swap", act);
  };
  everywhere(() => prepare(document.body));
  window.openprm = { all, ask, everywhere, find, icon, node, on, open, toast, token, words };
})();

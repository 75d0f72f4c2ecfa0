// The blind check: digests go out, one word comes back. The form itself is never sent.
(() => {
  "use strict";
  const form = document.getElementById("blind-form");
  const answer = document.getElementById("blind-answer");
  if (!window.isSecureContext || !window.crypto?.subtle) {
    document.getElementById("blind-insecure").hidden = false;
    document.getElementById("blind-ask").disabled = true;
  }

  // Put the content of a template where the answer stands; what is left of the checks stays.
  function show(template) {
    const content = document.getElementById(template).content.cloneNode(true);
    answer.querySelector("[data-answer]").replaceWith(content);
  }

  function failed(why) {
    show("blind-unanswered");
    const words = answer.querySelector("[data-said]");
    words.textContent = words.dataset[why];
  }

  async function digests() {
    const table = await (await fetch(form.dataset.table)).json();
    const asked = await window.OpenPRMBlind.ask(table, form.dataset.key, form.customer_name.value, form.website.value);
    if (!asked.name || !window.OpenPRMBlind.tells(table, form.customer_name.value)) return null;
    const sent = new FormData();
    sent.set("key", form.elements.namedItem("key").value);
    sent.set("name", asked.name);
    sent.set("beginning", asked.beginning);
    for (const domain of asked.domains) sent.append("domains", domain);
    sent.set("made_with", form.dataset.keyName);
    sent.set("country", form.country.value);
    for (const line of new FormData(form).getAll("product_lines")) sent.append("product_lines", line);
    return sent;
  }

  let latest = 0; // an answer that comes after something else was typed is not shown
  async function ask() {
    const mine = ++latest;
    const sent = await digests();
    if (mine !== latest) return;
    if (!sent) {
      failed("nameless");
      return form.customer_name.focus();
    }
    const headers = { "X-CSRFToken": form.csrfmiddlewaretoken.value, "HX-Request": "true" };
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: sent, headers });
    const text = await response.text();
    if (mine !== latest) return;
    if (response.status === 401 || response.redirected) return failed("signedOut");
    if (response.ok) return void (answer.innerHTML = text);
    const page = new DOMParser().parseFromString(text, "text/html");
    failed("failed");
    const said = page.querySelector("[data-problem-text]")?.textContent.trim();
    if (said) answer.querySelector("[data-said]").textContent = said;
  }

  form.addEventListener("input", () => {
    latest++;
    show("blind-unasked");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask().catch(() => failed("failed"));
  });
})();

// The blind check: digests go out, one word comes back. The form itself is never sent.
(() => {
  "use strict";
  const form = document.getElementById("blind-form");
  const answer = document.getElementById("blind-answer");
  if (!window.isSecureContext || !window.crypto?.subtle) {
    document.getElementById("blind-insecure").hidden = false;
    document.getElementById("blind-ask").disabled = true;
  }

  async function ask() {
    const table = await (await fetch(form.dataset.table)).json();
    const asked = await window.OpenPRMBlind.ask(table, form.dataset.key, form.customer_name.value, form.website.value);
    if (!asked.name) { form.customer_name.focus(); return; }
    const sent = new FormData();
    sent.set("key", form.elements.namedItem("key").value);
    sent.set("name", asked.name);
    sent.set("beginning", asked.beginning);
    for (const domain of asked.domains) sent.append("domains", domain);
    sent.set("made_with", form.dataset.keyName);
    sent.set("country", form.country.value);
    for (const line of new FormData(form).getAll("product_lines")) sent.append("product_lines", line);
    const headers = { "X-CSRFToken": form.csrfmiddlewaretoken.value, "HX-Request": "true" };
    const response = await fetch(form.action, { method: "POST", body: sent, headers });
    answer.innerHTML = await response.text();
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
})();

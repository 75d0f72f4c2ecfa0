// Asking about a company without naming it: the name becomes digests here, and only these are sent.
// The same as customers/blind/writing.py and digests.py, with the same table; a test runs both over one list of cases.
(() => {
  "use strict";
  const LONGEST = 400, SHORTEST_BEGINNING = 5, MOST_DOMAINS = 3, SIZE = 16;
  const SCHEME = /^[a-z][a-z0-9+.-]*:\/*/;
  const HOST = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;

  function oneSpelling(text) {
    for (const written of ["ae", "oe", "ue", "aa"]) text = text.replaceAll(written, written[0]);
    return text;
  }

  function folded(table, name) {
    let text = [...name].slice(0, LONGEST).join("");
    for (const sign of table.dropped) text = text.replaceAll(sign, "");
    text = text.normalize("NFKC").toLowerCase();
    for (const form of table.glued) text = text.replaceAll(form, " ");
    text = [...text].map((letter) => table.letters[letter] ?? letter).join("");
    const tokens = text.replaceAll("'", "").match(/[\p{L}\p{N}]+/gu) ?? [];
    const kept = tokens.filter((token) => !table.connectors.includes(token));
    return kept.length ? kept : tokens;
  }

  function together(tokens) {
    const joined = [];
    let run = "";
    for (const token of [...tokens, ""]) {
      if ([...token].length === 1 && !/^\p{Nd}$/u.test(token)) { run += token; continue; }
      for (const word of [run, token]) if (word) joined.push(word);
      run = "";
    }
    return joined;
  }

  function shorter(table, found) {
    const most = Math.min(table.longest, found.length - 1);
    for (let size = most; size > 0; size--)
      if (table.endings.includes(found.slice(-size).join(" "))) return found.slice(0, -size);
    for (let size = most; size > 0; size--)
      if (table.beginnings.includes(found.slice(0, size).join(" "))) return found.slice(size);
    const kept = found.filter((word) => !table.anywhere.includes(word));
    return kept.length ? kept : found;
  }

  function words(table, name) {
    let found = together(folded(table, name));
    while (found.length > 1) {
      const less = shorter(table, found);
      if (less.length === found.length) break;
      found = together(less);
    }
    return found;
  }

  function key(table, name) {
    return oneSpelling(words(table, name).join(""));
  }

  // Whether a name says who is meant: a legal form alone, or an article, is nobody's. As matching.tells has it.
  function tells(table, name) {
    return words(table, name).some((word) => !table.anywhere.includes(word) && !table.connectors.includes(word));
  }

  function beginning(table, name) {
    const first = oneSpelling(words(table, name)[0] ?? "");
    return [...first].length >= SHORTEST_BEGINNING && !table.common.includes(first) ? first : "";
  }

  function domains(website) {
    const bare = website.trim().toLowerCase().replace(SCHEME, "").split(/[/?#]/)[0];
    const host = bare.slice(bare.lastIndexOf("@") + 1).split(":")[0].replace(/^[ .]+|[ .]+$/g, "").replace(/^www\./, "");
    if (!HOST.test(host)) return [];
    const labels = host.split(".");
    return labels.slice(0, -1).map((_label, at) => labels.slice(at).join(".")).slice(-MOST_DOMAINS);
  }

  function bytes(hex) {
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }

  async function ask(table, keyInHex, name, website) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const secret = await crypto.subtle.importKey("raw", bytes(keyInHex), algorithm, false, ["sign"]);
    const digest = async (kind, text) => {
      if (!text) return "";
      const signed = await crypto.subtle.sign("HMAC", secret, new TextEncoder().encode(`${kind}:${text}`));
      return [...new Uint8Array(signed)].slice(0, SIZE).map((byte) => byte.toString(16).padStart(2, "0")).join("");
    };
    return {
      name: await digest("name", key(table, name)),
      beginning: await digest("beginning", beginning(table, name)),
      domains: await Promise.all(domains(website).map((host) => digest("domain", host))),
    };
  }

  window.OpenPRMBlind = { key, beginning, domains, tells, ask };
})();

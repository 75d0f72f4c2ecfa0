"""Asking without saying: a company's name as digests, made alike by this code and by a script in the browser.

- `writing`: from a name or website to the short texts that are compared. One table, `blind.json`, holds all they
  depend on; `static/customers/blind.js` does the same with the same table.
- `digests`: the key, and what texts become under it.
- `shelf`: the digests of all accounts, written with the company index, and the search in them.

What this protects from whom is in docs/checks.md.
"""

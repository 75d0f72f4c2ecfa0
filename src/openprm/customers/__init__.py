"""Who is already being sold to: the vendor's accounts and opportunities, as a CRM would hold them.

- An *account* is a company that the vendor sells, or hopes to sell, to. It comes from the CRM, a file, the API, or the
  first deal registration that names it (``origin``). It is known by its name, other names (aliases) and web domain.
- An *opportunity* is a sale the vendor itself works on at an account; while it is open, it stands in a partner's way.
- A *product line* is what partners register deals for and opportunities are about. Partners may read these, and nothing
  else of this feature: neither accounts, nor opportunities, nor the index.
- The *company index* finds the accounts whose name or domain is like the one somebody types, among millions, in
  milliseconds. It is written in the transaction that writes the account (``index.py``; ``matching`` decides).
- An *import* brings accounts or opportunities from a CSV or Excel file; its states are the table in ``lifecycle.py``::

      uploaded -> waiting -> running -> finished -> undoing -> undone
                    ^           |                      ^
                    +- failed <-+----------------------+
"""

"""Price books: which partner gets which margin on which product line, from when to when.

A **price book** has a priority, a time in which it holds, and either an audience of partners or nobody but those it is
assigned to by name. Its prices stand in **editions**: an edition is a full list of **entries** (a product line, a SKU,
or everything; points off the list price, or a net price), in force from its day until the next edition's.
An **assignment** says that a book counts for a partner, from when to when; the database keeps it, so what was true
last March is told by last March's books and editions.

A book is ``draft → published → retired``. An edition is ``draft → published``, never changed after; one that has not
begun can be taken back. The **margin** is found in the assigned book of the highest priority that has an entry for
what is asked, plus the points of the partner's tier (``rules.py``).
"""

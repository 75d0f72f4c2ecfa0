"""Building blocks of pages: lists, forms, charts, statuses, money and time as people read them.

The templates beside it (``kernel/templates/README.md``) show every block with an example.
"""

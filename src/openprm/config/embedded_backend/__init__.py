"""A Django database engine: PostgreSQL, started or joined at the first connection.

Commands that need no database (``check``, type checking) start none.
"""

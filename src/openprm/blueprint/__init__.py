"""The programme as text: exported to a folder, compared with a running system, applied in one transaction.

Every feature declares its *sections* (``kernel/blueprints.py``); a section has *documents*, each with a lasting code. A
*folder* holds documents as YAML files, and says in ``programme.yaml`` which sections it speaks of. A *plan* is what
applying a folder would change, found by doing it and taking it back; its *digest* stands for exactly that plan. A
*starter* is a folder that ships with the product.
"""

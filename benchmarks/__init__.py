"""How quick the product is, beside a peer measured in the same run: ``make bench`` or ``python -m benchmarks``."""

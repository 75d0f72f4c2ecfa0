"""The programme as text: exported to a folder, compared with a running system, applied in one transaction."""

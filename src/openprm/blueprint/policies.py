"""Who may read the programme as code, and who may apply it."""

READ = "blueprint.read"
APPLY = "blueprint.apply"

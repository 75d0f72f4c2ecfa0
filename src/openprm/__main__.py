"""``python -m openprm``: the command line."""

from openprm.config.cli import main

if __name__ == "__main__":
    main()

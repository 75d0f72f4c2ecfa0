"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 46 MiB, two passes and one lane: above OWASP's minimum, and light enough for two cores.

    Django's own choice takes 100 MiB and eight lanes, so that a few sign-ins at once would starve a small server.
    """

    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1

"""What sign-in keeps (sessions, second steps, addresses, identities) is out of every partner's reach.

Sign-in pages and the finding of the actor run as the system. Sessions are also stored after the request's transaction,
by the login role itself.
"""

from django.db import migrations

from openprm.kernel.access import Protect

SESSIONS = (
    "create policy application on django_session to openprm_app using (true) with check (true)",
    "drop policy application on django_session",
)

SHUT = [
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "django_session",
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        *(Protect(table, partner=None) for table in SHUT),
        migrations.RunSQL(*SESSIONS),
    ]

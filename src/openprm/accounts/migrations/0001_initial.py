"""People, roles, invitations and tokens, each under row-level security."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import openprm.kernel.ids
from django.conf import settings
from django.db import migrations, models

from openprm.kernel.access import Protect

# A partner's transaction may read every role, and write none.
ROLES_READABLE = """
alter table accounts_role enable row level security;
create policy partner_select on accounts_role for select to openprm_partner using (true);
"""
ROLES_OPEN = """
drop policy partner_select on accounts_role;
alter table accounts_role disable row level security;
"""

# Who holds what can be read where the person (or the invitation) can be read.
HELD_READABLE = """
alter table {table} enable row level security;
create policy partner_select on {table} for select to openprm_partner
    using (exists (select 1 from {owner} owner where owner.id = {column}));
"""
HELD_OPEN = """
drop policy partner_select on {table};
alter table {table} disable row level security;
"""

# A partner's person holds roles of the partner's side, and the vendor's of the vendor's, whatever the code does.
ROLE_FITS = """
create function accounts_role_fits() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from accounts_person person join accounts_role role on role.id = new.role_id
        where person.id = new.person_id
        and role.side = case when person.partner_id is null then 'vendor' else 'partner' end
    ) then
        raise exception 'this role is of the other side' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger role_fits_side before insert or update on accounts_person_roles
    for each row execute function accounts_role_fits();
"""
ROLE_FITS_NOT = """
drop trigger role_fits_side on accounts_person_roles;
drop function accounts_role_fits();
"""


def held(table: str, column: str, owner: str) -> migrations.RunSQL:
    names = {"table": table, "column": column, "owner": owner}
    return migrations.RunSQL(HELD_READABLE.format(**names), HELD_OPEN.format(**names))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('side', models.CharField(choices=[('vendor', 'Vendor'), ('partner', 'Partner')], max_length=8)),
                ('key', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('grants', models.JSONField(default=dict)),
                ('offered', models.JSONField(default=list, editable=False)),
                ('built_in', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=100)),
            ],
            options={
                'ordering': ['-side', 'order', 'name'],
                'constraints': [models.UniqueConstraint(fields=('side', 'key'), name='role_once_per_side'), models.CheckConstraint(condition=models.Q(('side__in', ['vendor', 'partner'])), name='role_side_known')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('job_title', models.CharField(blank=True, max_length=120, verbose_name='job title')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('is_active', models.BooleanField(default=True)),
                ('locale', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('timezone', models.CharField(blank=True, max_length=60, verbose_name='time zone')),
                ('last_seen_at', models.DateTimeField(editable=False, null=True)),
                ('epoch', models.PositiveIntegerField(default=1, editable=False)),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='partners.partner')),
                ('roles', models.ManyToManyField(related_name='people', to='accounts.role')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['name', 'email'],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('verbs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('grants', models.JSONField(default=dict)),
                ('prefix', models.CharField(max_length=16)),
                ('secret_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to='partners.partner')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['partner', '-created_at'], name='token_of_partner')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('inviter_name', models.CharField(max_length=200)),
                ('secret_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('sent_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='partners.partner')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('roles', models.ManyToManyField(related_name='+', to='accounts.role')),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['secret_hash'], name='invitation_secret')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('email', 'partner'), name='invitation_open_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='invitation_email_lower_case')],
            },
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['partner', 'name'], name='person_of_partner'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='person_email_lower_case'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('manager', models.F('id')), _negated=True), name='person_not_own_manager'),
        ),
        Protect("accounts_person", partner="reads"),
        Protect("accounts_invitation", partner="reads"),
        Protect("accounts_apitoken", partner="reads"),
        migrations.RunSQL(ROLES_READABLE, ROLES_OPEN),
        held("accounts_person_roles", "person_id", "accounts_person"),
        held("accounts_invitation_roles", "invitation_id", "accounts_invitation"),
        migrations.RunSQL(ROLE_FITS, ROLE_FITS_NOT),
    ]

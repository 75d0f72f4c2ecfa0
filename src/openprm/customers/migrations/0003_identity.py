"""Who a customer is: names by kind, numbers, parents, decisions about pairs, and what counts as one customer."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import openprm.kernel.ids
from django.db import migrations, models

from openprm.kernel.access import Protect

# Walks along "same company" decisions, and along parents where the family counts. Functions, so that their plans are kept; told to walk indexes as those of
# the company index are. The number is that of the lock ``customers.identities`` (services/locks.py): two who set parents at once could close a circle unseen.
IDENTITY_FUNCTIONS = """
create function customers_together(wanted uuid[], whole_family boolean)
returns table (asked uuid, account_id uuid)
language plpgsql stable rows 10
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with recursive linked (asked, id) as (
        select one, one from unnest(wanted) one
        union
        select linked.asked, next.id from linked cross join lateral (
            select d.other_id as id from customers_companydecision d
            where d.account_id = linked.id and d.verdict = 'same' and d.other_id is not null
            union all
            select d.account_id from customers_companydecision d where d.other_id = linked.id and d.verdict = 'same'
            union all
            select a.parent_id from customers_account a
            where whole_family and a.id = linked.id and a.parent_id is not null
            union all
            select a.id from customers_account a where whole_family and a.parent_id = linked.id
        ) next
    )
    select linked.asked, linked.id from linked;
end $$;

create function customers_kin(wanted uuid[])
returns table (asked uuid, account_id uuid, same boolean)
language plpgsql stable rows 10 as $$
#variable_conflict use_column
begin
    return query
    with one_company as (select * from customers_together(wanted, false))
    select f.asked, f.account_id, exists (
        select from one_company o where o.asked = f.asked and o.account_id = f.account_id
    )
    from customers_together(wanted, true) f where f.account_id <> f.asked;
end $$;

create function customers_identity(wanted uuid) returns uuid
language sql stable as $$
    select t.account_id from customers_together(
        array[wanted],
        coalesce((select value = 'true'::jsonb from kernel_storedsetting where key = 'customers.protect_family'), false)
    ) t order by t.account_id limit 1
$$;

create function customers_ancestors(wanted uuid)
returns table (account_id uuid)
language sql stable as $$
    with recursive above (id, steps) as (
        select wanted, 0
        union all
        select a.parent_id, above.steps + 1 from above join customers_account a on a.id = above.id
        where a.parent_id is not null and above.steps < 100
    ) select id from above order by steps
$$;

create function customers_refuse_circle() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(%(lock)s);
    if exists (select from customers_ancestors(new.parent_id) above where above.account_id = new.id) then
        raise exception 'account % cannot belong to itself', new.id
            using errcode = 'check_violation', constraint = 'account_parents_form_no_circle';
    end if;
    return null;
end $$;

create trigger account_parents_form_no_circle after insert on customers_account
for each row when (new.parent_id is not null) execute function customers_refuse_circle();

create trigger account_parents_still_form_no_circle after update of parent_id on customers_account
for each row when (new.parent_id is not null and new.parent_id is distinct from old.parent_id)
execute function customers_refuse_circle();
""".replace("%(lock)s", "-6089956957490175636")

NO_IDENTITY_FUNCTIONS = """
drop trigger account_parents_form_no_circle on customers_account;
drop trigger account_parents_still_form_no_circle on customers_account;
drop function customers_refuse_circle();
drop function customers_ancestors(uuid);
drop function customers_identity(uuid);
drop function customers_kin(uuid[]);
drop function customers_together(uuid[], boolean);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_matching'),
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CompanyDecision',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(blank=True, max_length=300)),
                ('key', models.CharField(blank=True, max_length=300)),
                ('domain', models.CharField(blank=True, max_length=253)),
                ('verdict', models.CharField(choices=[('same', 'Same company'), ('different', 'Not the same'), ('subsidiary_of', 'Subsidiary of')], max_length=16)),
                ('why', models.TextField(blank=True, max_length=2000)),
                ('decided_at', models.DateTimeField()),
                ('person_id', models.UUIDField(null=True)),
                ('person_name', models.CharField(max_length=200)),
                ('deal_id', models.UUIDField(null=True)),
                ('deal_reference', models.CharField(blank=True, max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='LearntWeights',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('weights', models.JSONField()),
                ('report', models.JSONField(default=dict)),
                ('decisions', models.PositiveIntegerField(default=0)),
                ('in_force', models.BooleanField(default=True)),
            ],
        ),
        migrations.AddField(
            model_name='account',
            name='acronyms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='account',
            name='foreign_names',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='account',
            name='former_names',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='account',
            name='further_domains',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='account',
            name='name_sources',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='account',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subsidiaries', to='customers.account'),
        ),
        migrations.AddField(
            model_name='account',
            name='phone',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='account',
            name='registration_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None),
        ),
        migrations.AddIndex(
            model_name='account',
            index=django.contrib.postgres.indexes.GinIndex(fields=['registration_ids'], name='account_by_registration'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='account_is_not_its_own_parent'),
        ),
        migrations.AddField(
            model_name='companydecision',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='customers.account'),
        ),
        migrations.AddField(
            model_name='companydecision',
            name='other',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='decisions_about', to='customers.account'),
        ),
        migrations.AddConstraint(
            model_name='learntweights',
            constraint=models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('in_force',), name='learnt_weights_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='companydecision',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Least('account', 'other'), django.db.models.functions.comparison.Greatest('account', 'other'), condition=models.Q(('other__isnull', False)), name='company_decision_once_a_pair'),
        ),
        migrations.AddConstraint(
            model_name='companydecision',
            constraint=models.UniqueConstraint(condition=models.Q(('other__isnull', True)), fields=('key', 'domain', 'account'), name='company_decision_once_a_name'),
        ),
        migrations.AddConstraint(
            model_name='companydecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('other__isnull', True), models.Q(('key', ''), _negated=True)), models.Q(('key', ''), ('other__isnull', False), models.Q(('other', models.F('account')), _negated=True)), _connector='OR'), name='company_decision_about_two'),
        ),
        Protect("customers_companydecision", partner=None),
        Protect("customers_learntweights", partner=None),
        migrations.RunSQL(IDENTITY_FUNCTIONS, NO_IDENTITY_FUNCTIONS),
    ]

"""Product lines, accounts, opportunities, imports, and the company index."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import openprm.kernel.ids
from django.db import migrations, models

from openprm.kernel.access import Protect

# The two round trips of a look-up, the search box of lists, and what goes again. Functions, so that their plans are kept; and told to walk indexes whatever the
# statistics say, since these are far behind after a large import.
INDEX_FUNCTIONS = """
create function customers_vocabulary(wanted int[], most int)
returns table (key int, id int, word text, names int)
language plpgsql stable rows 200
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select found.key, w.id, w.word, w.names
    from unnest(wanted) as asked (key)
    cross join lateral (
        select k.key, k.word_id from customers_wordkey k where k.key = asked.key limit most
    ) found
    join customers_companyword w on w.id = found.word_id
    union all
    select 0, w.id, w.word, w.names from customers_companyword w where w.word = '';
end $$;

create function customers_shortlist(
    words int[], word_weights float8[], together int[], together_weight float8,
    keys int[], key_weights float8[], per_word int, per_key int, most int
)
returns table (account_id uuid, name text, dump text, domain text, country text, total float8, counts int[])
language plpgsql stable rows 100
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with hits as (
        select p.name_id, asked.weight
        from unnest(words, word_weights) as asked (id, weight)
        cross join lateral (
            select name_id from customers_posting where word_id = asked.id limit per_word
        ) p
        union all
        (
            select p.name_id, together_weight
            from (
                select name_id from customers_posting where word_id = together[1] order by name_id limit 4 * per_word
            ) p
            where together[2] is null or exists (
                select from customers_posting q where q.word_id = together[2] and q.name_id = p.name_id
            )
            limit per_word
        )
        union all
        select n.name_id, asked.weight
        from unnest(keys, key_weights) as asked (key, weight)
        cross join lateral (
            select name_id from customers_namekey where key = asked.key order by name_id limit per_key
        ) n
    ), best as (
        select name_id, sum(weight) as total from hits group by name_id order by 2 desc, 1 limit most
    )
    select n.account_id, n.name, n.dump, n.domain, n.country, best.total,
        array(
            select coalesce(w.names, 0)
            from unnest(n.words) with ordinality as has (id, place)
            left join customers_companyword w on w.id = has.id
            order by has.place
        )
    from best join customers_companyname n on n.id = best.name_id
    order by best.total desc, best.name_id;
end $$;

create function customers_search(beginnings text[], most_read int, most int)
returns table (account_id uuid)
language plpgsql stable rows 100
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with typed as (select unnest(beginnings) as beginning),
    vocabulary as (
        select typed.beginning, w.id, w.names from typed cross join lateral (
            select id, names from customers_companyword
            where word >= typed.beginning and word < typed.beginning || '~' order by word limit 1000
        ) w
    ),
    rarest as (select beginning from vocabulary group by 1 order by sum(names), 1 limit 1),
    numbers as (
        select p.name_id from vocabulary join rarest using (beginning)
        cross join lateral (
            select name_id from customers_posting where word_id = vocabulary.id limit most_read
        ) p
        limit most_read
    )
    select n.account_id from numbers join customers_companyname n on n.id = numbers.name_id
    where not exists (
        select from typed where ' ' || translate(n.dump, '|,', '  ') not like '% ' || typed.beginning || '%'
    )
    limit most;
end $$;

create function customers_forget(accounts uuid[])
returns table (id int, names int)
language plpgsql rows 1000
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with gone as (
        delete from customers_companyname where account_id = any(accounts) returning id, words, keys
    ), postings as (
        delete from customers_posting p using gone cross join lateral unnest(gone.words) as has (id)
        where p.word_id = has.id and p.name_id = gone.id
    ), name_keys as (
        delete from customers_namekey k using gone cross join lateral unnest(gone.keys) as has (key)
        where k.key = has.key and k.name_id = gone.id
    )
    select has.id, -count(*)::int from gone cross join lateral unnest(gone.words) as has (id) group by 1
    union all
    select w.id, -(select count(*) from gone)::int from customers_companyword w where w.word = '';
end $$;
"""

NO_INDEX_FUNCTIONS = """
drop function customers_shortlist(int[], float8[], int[], float8, int[], float8[], int, int, int);
drop function customers_vocabulary(int[], int);
drop function customers_search(text[], int, int);
drop function customers_forget(uuid[]);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CompanyName',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('account_id', models.UUIDField(db_index=True)),
                ('name', models.TextField()),
                ('dump', models.TextField()),
                ('domain', models.TextField(blank=True)),
                ('country', models.TextField(blank=True)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
        ),
        migrations.CreateModel(
            name='CompanyWord',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('word', models.TextField(db_collation='C', unique=True)),
                ('names', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='NameKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'name_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.IntegerField()),
                ('name_id', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('pk', models.CompositePrimaryKey('word_id', 'name_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('word_id', models.IntegerField()),
                ('name_id', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='WordKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'word_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.IntegerField()),
                ('word_id', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('external_id', models.CharField(max_length=100, null=True, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None)),
                ('website', models.CharField(blank=True, max_length=300)),
                ('domain', models.CharField(blank=True, editable=False, max_length=253)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('industry', models.CharField(blank=True, max_length=120)),
                ('origin', models.CharField(choices=[('crm', 'CRM'), ('import', 'File import'), ('api', 'API'), ('manual', 'Entered by hand'), ('registration', 'Deal registration')], default='manual', max_length=12)),
                ('is_customer', models.BooleanField(default=False)),
                ('named', models.BooleanField(default=False)),
                ('owner_name', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['name', 'id'], name='account_by_name'), models.Index(fields=['country', 'name'], name='account_by_country'), models.Index(fields=['origin', 'name'], name='account_by_origin'), models.Index(fields=['-updated_at', '-id'], name='account_by_change'), models.Index(condition=models.Q(('domain', ''), _negated=True), fields=['domain'], name='account_by_domain'), models.Index(condition=models.Q(('is_customer', True)), fields=['name'], name='account_customers'), models.Index(condition=models.Q(('named', True)), fields=['name'], name='account_named')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='account_has_a_name'), models.CheckConstraint(condition=models.Q(('external_id', ''), _negated=True), name='account_external_id_not_empty'), models.CheckConstraint(condition=models.Q(('country', ''), ('country__regex', '^[A-Z]{2}$'), _connector='OR'), name='account_country')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('accounts', 'Accounts'), ('opportunities', 'Opportunities')], max_length=16)),
                ('state', models.CharField(choices=[('uploaded', 'To be checked'), ('waiting', 'Waiting'), ('running', 'Running'), ('finished', 'Finished'), ('failed', 'Stopped'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='uploaded', max_length=10)),
                ('same_company', models.CharField(choices=[('update', 'Update the account that is there'), ('skip', 'Skip the row'), ('create', 'Create a second account')], default='update', max_length=8)),
                ('file_name', models.CharField(max_length=255)),
                ('path', models.CharField(max_length=500)),
                ('format', models.CharField(max_length=4)),
                ('encoding', models.CharField(blank=True, max_length=20)),
                ('delimiter', models.CharField(blank=True, max_length=1)),
                ('headers', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('mapping', models.JSONField(default=dict)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('position', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0)),
                ('updated', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('skipped', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('undone', models.PositiveIntegerField(default=0)),
                ('kept', models.PositiveIntegerField(default=0)),
                ('problem', models.TextField(blank=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('progress_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('person_id', models.UUIDField(null=True)),
                ('person_name', models.CharField(max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at'], name='import_by_time')],
            },
        ),
        migrations.CreateModel(
            name='ProductLine',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_line_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('outcome', models.CharField(choices=[('created', 'Created'), ('updated', 'Updated'), ('unchanged', 'Unchanged'), ('skipped', 'Skipped'), ('failed', 'Failed')], max_length=9)),
                ('object_id', models.UUIDField(null=True)),
                ('version_after', models.PositiveIntegerField(null=True)),
                ('before', models.JSONField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('values', models.JSONField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('kept_because', models.TextField(blank=True)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='customers.import')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('outcome', 'failed')), fields=['parent', 'number'], name='import_row_problems')],
                'constraints': [models.UniqueConstraint(fields=('parent', 'number'), name='import_row_once'), models.UniqueConstraint(condition=models.Q(('object_id__isnull', False)), fields=('parent', 'object_id'), name='import_object_once'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'failed'), _negated=True), models.Q(('object_id__isnull', True), models.Q(('problem', ''), _negated=True)), _connector='OR'), name='import_failed_row_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Opportunity',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('external_id', models.CharField(max_length=100, null=True, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('stage', models.CharField(blank=True, max_length=60)),
                ('is_open', models.BooleanField(default=True)),
                ('is_won', models.BooleanField(default=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('close_date', models.DateField(null=True)),
                ('owner_name', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opportunities', to='customers.account')),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opportunities', to='partners.partner')),
                ('product_lines', models.ManyToManyField(blank=True, related_name='opportunities', to='customers.productline')),
            ],
            options={
                'verbose_name_plural': 'opportunities',
                'indexes': [models.Index(fields=['-close_date', '-id'], name='opportunity_by_close'), models.Index(fields=['name', 'id'], name='opportunity_by_name'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='text_pattern_ops'), name='opportunity_by_beginning'), models.Index(fields=['-amount', '-id'], name='opportunity_by_amount'), models.Index(condition=models.Q(('is_open', True)), fields=['account'], name='opportunity_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='opportunity_has_a_name'), models.CheckConstraint(condition=models.Q(('external_id', ''), _negated=True), name='opportunity_external_id_not_empty'), models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), name='opportunity_amount_not_negative'), models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('currency__regex', '^[A-Z]{3}$'), _connector='OR'), name='opportunity_amount_has_currency'), models.CheckConstraint(condition=models.Q(('is_open', False), ('is_won', False), _connector='OR'), name='opportunity_won_is_closed')],
            },
        ),
        # No partner may read any of this; product lines alone are everybody's.
        *(
            Protect(f"customers_{table}", partner=None)
            for table in (
                "account",
                "opportunity",
                "opportunity_product_lines",
                "import",
                "importrow",
                "companyname",
                "companyword",
                "wordkey",
                "posting",
                "namekey",
            )
        ),
        migrations.RunSQL(INDEX_FUNCTIONS, NO_INDEX_FUNCTIONS),
    ]

"""The company index keeps what points to a company whatever its name: phone, register number, family."""

import django.contrib.postgres.fields
from django.db import migrations, models

DROP = "drop function customers_shortlist(int[], float8[], int[], float8, int[], float8[], int, int, int);"

# As before, with `signs` among what is returned.
SHORTLIST = """
create function customers_shortlist(
    words int[], word_weights float8[], together int[], together_weight float8,
    keys int[], key_weights float8[], per_word int, per_key int, most int
)
returns table (account_id uuid, name text, dump text, domain text, country text, signs text[], total float8, counts int[])
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
    select n.account_id, n.name, n.dump, n.domain, n.country, n.signs, best.total,
        array(
            select coalesce(w.names, 0)
            from unnest(n.words) with ordinality as has (id, place)
            left join customers_companyword w on w.id = has.id
            order by has.place
        )
    from best join customers_companyname n on n.id = best.name_id
    order by best.total desc, best.name_id;
end $$;
"""

SHORTLIST_BEFORE = """
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
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='companyname',
            name='signs',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.RunSQL(DROP + SHORTLIST, DROP + SHORTLIST_BEFORE),
    ]

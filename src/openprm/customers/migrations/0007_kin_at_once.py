"""Who belongs to a company, found in one walk: it is asked with every name that is typed."""

from django.db import migrations

# One walk carries along whether a company was reached by "same company" decisions alone; it may be reached both ways, and then it is the same.
KIN = """
create or replace function customers_kin(wanted uuid[])
returns table (asked uuid, account_id uuid, same boolean)
language plpgsql stable rows 10
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with recursive linked (asked, id, same) as (
        select one, one, true from unnest(wanted) one
        union
        select linked.asked, next.id, linked.same and next.same from linked cross join lateral (
            select d.other_id as id, true as same from customers_companydecision d
            where d.account_id = linked.id and d.verdict = 'same' and d.other_id is not null
            union all
            select d.account_id, true from customers_companydecision d
            where d.other_id = linked.id and d.verdict = 'same'
            union all
            select a.parent_id, false from customers_account a where a.id = linked.id and a.parent_id is not null
            union all
            select a.id, false from customers_account a where a.parent_id = linked.id
        ) next
    )
    select linked.asked, linked.id, bool_or(linked.same) from linked
    where linked.id <> linked.asked group by linked.asked, linked.id;
end $$;
"""

KIN_BEFORE = """
create or replace function customers_kin(wanted uuid[])
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
"""


class Migration(migrations.Migration):
    """Replace the function."""

    dependencies = [("customers", "0006_import_kinds")]

    operations = [migrations.RunSQL(KIN, KIN_BEFORE)]

"""People: who they are, how they sign in, what they may do.

- A **person** belongs to the vendor (``partner`` is null) or to one partner company.
- A **role** bundles permissions of one side, each with a scope: a map ``{verb: scope}``.
- An **invitation** lets somebody join; nobody signs themselves up.
- An **API token** lets a program act: as a person, narrowed to some verbs, or as a client of its own.

A person is invited, joins, and may be deactivated and reactivated. Sessions and tokens end at the next request when the
password changes, the person is deactivated, or their company is suspended: each request asks the database anew.
"""

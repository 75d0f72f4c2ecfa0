"""Extensions: what happens between a deal's approval and its end.

A partner logs **activities** (calls, meetings, mails, stage changes, notes) on a deal: on its page, by the API, or by
sending mail to the deal's own address. Before the protection ends, the partner asks for an **extension**; a rule says
whether it may, grants it where the activities speak for it, declines it where there were none, and otherwise leaves it
to a channel manager, who sees request and activities side by side. The **expiring board** shows what ends when.

A request is ``pending → granted | declined | withdrawn``.
"""

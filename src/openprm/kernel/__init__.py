"""What every feature stands on, and which knows no feature.

The spine is *facts → rules → effects*: ``events`` are the facts, ``audiences`` say for whom a rule holds, and what
a feature offers is told once, in its ``declarations``. ``access`` says who acts and what the database shows them.
"""

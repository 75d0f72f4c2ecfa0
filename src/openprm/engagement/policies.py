"""Who may change the rules of engagement, and put accounts on hold."""

# Declared by deals, a floor above, for approval rules as well: whoever may change the one may change the other.
MANAGE = "deals.manage_rules"
HOLD = "engagement.hold_accounts"

"""Things broken on purpose, to see that nothing acknowledged is lost or doubled: ``make drill``."""

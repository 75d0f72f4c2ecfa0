"""News: what the vendor has to tell its partners, each post to those in its audience.

A post is a **draft**, **planned** for a day, **published**, or **archived**; its two dates say which.
"""

"""How a promise stands, from its announcements and the figures of its series."""

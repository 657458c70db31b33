"""How things are said: numbers, dates, names, statuses."""

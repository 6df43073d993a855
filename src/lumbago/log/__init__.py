"""`lumbago log`: the record in the terminal."""

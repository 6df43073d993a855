"""Heat, cold or neither, compared by one person for themselves: design, log, model, answer, picture.

Standard library only. `design` deals the arms, `diary` reads the log, `model` weighs it, `answer` says
what it amounts to, `report` puts it in the order of CENT 2015, `picture` draws it. Whether a session
may begin at all is decided above, in `comparison`.
"""

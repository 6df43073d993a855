"""The care plan: what can be done now, today, this week and later, for one person.

`medicines` the dose gate · `eligibility` what stands against a measure · `present` the case as of now,
from the log that `carry` reads entry by entry · `history` what else the log says · `day` waking hours
across clock changes · `progress` harder or easier · `reconcile` defaults, choices and disagreements ·
`schedule` when · `habits` so that it does not come back · `plan` the front door. Standard library
only; the clock is an argument.
"""

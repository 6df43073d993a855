"""What a change to the rules would do to people: who moves, who is missed or spared, what breaks.

It works on the executors of the rules and on the proofs alone, and makes no assessment.
"""

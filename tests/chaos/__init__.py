"""Many students hand in while parts of the product break; afterwards nothing may be missing.

`python -m tests.chaos --seed 7` (`make chaos`): what happens when follows from the seed,
down to the moment at which the machine allows. `crowd` hands in, `faults` breaks, `audit`
compares what was accepted with what was judged.
"""

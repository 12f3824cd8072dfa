"""Shows that each defence matters: it is taken away, and its test must notice.

`python -m tests.defences` works in a copy of the tree. For each defence of the tables
beside this file it makes the edit that takes the defence away, runs the tests that are
named, and puts it back. Those tests must pass before, and must then fail by what they
assert; a test that cannot be collected, built or set up shows nothing.
"""

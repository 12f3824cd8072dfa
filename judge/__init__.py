"""An online judge and teaching platform for Go.

The way of a submission, module by module::

    web           a student's files arrive over HTTP
    submissions   validates them, stores them, commits, and only then
    queue         puts the submission's id on a queue
    worker        claims it, loads pack and files, lets the database go
    grading       turns pack and files into a job, and facts into a verdict
    sandbox       builds and runs untrusted code, and returns facts
    verdict       reads the facts: a pure function, no input or output
    history       records one result for each attempt
    leaderboard   ranks from history, never from counters
    janitor       finds what was lost on the way and queues it again

``docs/architecture.md`` draws the same with its trust boundaries.
"""

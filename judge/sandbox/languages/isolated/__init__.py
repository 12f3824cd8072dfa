"""Python tests and a Python solution in two processes, and what crosses between them.

These modules are copied into Python's root file system and run there, `tests` in one
process and `solution` in the other (`runner/internal/work/pair.go` says what each has);
nothing of the product imports them. They use the standard library alone, and the tests
pytest.

Theory of operation. Both ends of the link send frames: four bytes of length, big-endian,
then JSON. A request is ``["ask", operation, …]``, a reply ``["ok", value, changed, printed,
world]`` or ``["raise", exception, changed, printed, world, trace]``. An end that waits for its
reply serves the requests that come meanwhile, which is how callbacks work.

Plain data is copied (`codec`). A list, dict or other container that is passed has a
number; the reply says which of them changed and what they hold now, and one that is
returned comes back as the very object. Anything else stays where it is and crosses as a
handle. The tests see a solution's handles as stand-ins (`standins`), on which attributes,
calls and operators are requests. Which of them a submission may answer with an object, and of
which class, comes from the record of the reference (`record`); text such as docstrings comes
from the submission's source (`source`). The solution sees little of the tests' objects:
functions can be called, iterators advanced, streams read and written, and public attributes
and special methods used of instances that a test passes itself. Names with an underscore in
front are refused, since by ``__globals__`` a callback would lead to the tests.

The *world* of a message is what has changed around calls: on the tests' side
(`surroundings`) streams, patches, environment, folder and files, on the solution's
(`surrounded`) output, logs and files.

What the solution's process sends is believed in nothing but the values: frames have a
greatest length, depth and number of values, no type is looked up by a name but those in a
table, and what our own machinery takes from a reply has to be of an exact type. Whatever is
not as it must be ends the tests with `LINK_LOST`.
"""

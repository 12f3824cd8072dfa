"""A problem's tests give the same verdict however they are run.

``python -m tests.equivalence [--corpus DIR]`` takes the shipped packs, and the packages of a
corpus of Go code, and grades the reference and mutants of it natively (``go test``), in one
process and isolated.
"""

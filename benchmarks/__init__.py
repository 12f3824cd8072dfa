"""Benchmarks: each module is a command that prints a table and its ratio to a reference."""

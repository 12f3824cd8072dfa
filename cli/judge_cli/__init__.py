"""Solve problems of a judge from the terminal."""

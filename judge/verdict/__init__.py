"""From facts to meaning: pure functions, no input or output, no framework.

`unit` and `io` turn facts into a `result.Result`, `scoring` gives points,
`view` says what a student may see of it.
"""

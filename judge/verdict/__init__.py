"""From facts to meaning: pure functions, no input or output, no framework."""

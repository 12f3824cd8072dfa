"""What `judge` can do from a shell, a module for each command (`judge.cli` lists them)."""

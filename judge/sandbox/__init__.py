"""Runs untrusted code and returns facts. Imports nothing of the project but errors.

`job` says what to do, `facts` what happened; `pool` keeps containers ready;
`docker` and `local` are the two ways to start the runner (``runner/``, Go).
"""

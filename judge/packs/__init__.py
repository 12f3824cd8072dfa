"""Problem packs on disk: load, validate, import, export. No framework, no database.

`load` reads a pack (its files through `tree`, ``problem.toml`` through
`manifest`), `submission` says what may be handed in for one, `exercism` makes
packs from a track.
"""

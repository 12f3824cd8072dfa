"""Problem packs on disk: load, validate, import, export. No framework, no database."""

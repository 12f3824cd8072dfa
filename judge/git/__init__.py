"""Repositories that live in memory for the time of a request: checked packs, checked trees."""

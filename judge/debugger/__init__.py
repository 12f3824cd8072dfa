"""Delve in a sandbox of its own for each page that debugs, and what page and Delve may say."""

"""gopls behind the editor: one in a sandbox of its own for each page that edits."""

"""Modules of others for programs of the playground: fetched, checked, kept, read as sources.

`relay` stands between the go command and the operator's module proxy and bounds what
comes; `fetch` runs the go command on a go.mod of ours; `sources` reads what it found;
`store` bounds what is kept; `imports` says which packages a program asks for.
"""

module judge/runner

go 1.27

require golang.org/x/sys v0.49.0

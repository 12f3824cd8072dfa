module judge/runner

go 1.27

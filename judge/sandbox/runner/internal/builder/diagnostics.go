package builder

import (
	"regexp"
	"strconv"
	"strings"

	"judge/runner/internal/wire"
)

// maxDiagnostics bounds the messages of a build together, in bytes.
const maxDiagnostics = 64 << 10

var (
	place    = regexp.MustCompile(`^(?:\./)?([^\s:][^:]*):(\d+)(?::(\d+))?: (.*)$`)
	noMain   = regexp.MustCompile(`^runtime\.main_main·f: (function main is undeclared in the main package)$`)
	vetPlace = regexp.MustCompile(`^(.*):(\d+):(\d+)$`)
)

// parse turns what a tool printed into diagnostics. Lines that begin with a tab go
// with the message before them; src is the folder that names are told without.
func parse(output []byte, src string) []wire.Diagnostic {
	var list []wire.Diagnostic
	total := 0
	for line := range strings.Lines(string(output)) {
		line = strings.TrimRight(line, "\r\n")
		if total += len(line); total > maxDiagnostics {
			return append(list, wire.Diagnostic{Message: "too many messages; the rest is cut off"})
		}
		if strings.HasPrefix(line, "\t") && len(list) > 0 {
			list[len(list)-1].Message += "\n" + wire.Text([]byte(line), maxDiagnostics)
			continue
		}
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		list = append(list, diagnostic(strings.ReplaceAll(line, src+"/", "")))
	}
	return list
}

func diagnostic(line string) wire.Diagnostic {
	text := func(s string) string { return wire.Text([]byte(s), maxDiagnostics) }
	if m := noMain.FindStringSubmatch(line); m != nil {
		return wire.Diagnostic{Message: m[1]}
	}
	m := place.FindStringSubmatch(line)
	if m == nil {
		return wire.Diagnostic{Message: text(line)}
	}
	row, _ := strconv.Atoi(m[2])
	column, _ := strconv.Atoi(m[3])
	return wire.Diagnostic{File: text(m[1]), Line: row, Column: column, Message: text(m[4])}
}

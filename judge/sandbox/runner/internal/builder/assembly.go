package builder

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
)

// assembled compiles a package of the pack that has assembly, as the go command
// does: symbol ABIs, compile, assemble each file, append the objects. Submissions
// never have any.
func (b *bench) assembled(u *unit, lang, out string, lib library, extra []string) error {
	header := b.path("gen", "go_asm.h")
	if err := b.write("gen/go_asm.h", nil); err != nil {
		return err
	}
	asm := func(args ...string) error {
		common := []string{"-p", u.path, "-trimpath", b.path("src") + "=>", "-I", b.path("gen"), "-I", b.tc.root + "/go/include",
			"-D", "GOOS_" + runtime.GOOS, "-D", "GOARCH_" + runtime.GOARCH}
		_, _, err := b.run("asm", append(common, args...)...)
		return err
	}
	abis := b.path(out + ".symabis")
	if err := asm(append([]string{"-gensymabis", "-o", abis}, names(u.asm)...)...); err != nil {
		return err
	}
	flags := append(extra, "-symabis", abis, "-asmhdr", b.path(out+".h"))
	if err := b.compile(u.path, lang, out, names(u.sources), lib, flags...); err != nil {
		return err
	}
	content, err := os.ReadFile(b.path(out + ".h"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(header, content, 0o644); err != nil {
		return err
	}
	for i, s := range u.asm {
		object := fmt.Sprintf("%s.%d.o", out, i)
		if err := asm("-o", b.path(object), s.name); err != nil {
			return err
		}
		if err := appendObject(b.path(out), b.path(object), fmt.Sprintf("asm%d.o", i)); err != nil {
			return err
		}
	}
	return nil
}

// appendObject adds an object to an archive, as `go tool pack r` does.
func appendObject(archive, object, name string) error {
	content, err := os.ReadFile(object)
	if err != nil {
		return err
	}
	var entry bytes.Buffer
	fmt.Fprintf(&entry, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 0, 0, 0, 0o644, len(content))
	entry.Write(content)
	if len(content)%2 == 1 {
		entry.WriteByte(0)
	}
	file, err := os.OpenFile(archive, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := file.Write(entry.Bytes()); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// Carrier stands before gopls in its sandbox: what is said to gopls passes through it, and
// between two messages it takes files for gopls to read, which the protocol has no word for.
//
//	carrier FOLDER PROGRAM ARGUMENT...
//
// Each message on stdin has a header as LSP's own, which says what it is and how long:
//
//	Content-Length: N    for the program, which gets it as it is
//	Files: N             a tar archive of files, which are put below FOLDER
//	Forget: N            the name of a folder in FOLDER, which is removed with all that is in it
//
// A file is there, whole, before the next message is passed on. What cannot be written is
// said on stderr, and missed by who reads it. The program's stdout and stderr are ours.
package main

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strconv"
	"strings"
)

const bufferBytes = 1 << 16

func main() {
	folder, program := os.Args[1], exec.Command(os.Args[2], os.Args[3:]...)
	program.Stdout, program.Stderr = os.Stdout, os.Stderr
	in, err := program.StdinPipe()
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "carrier:", err)
		os.Exit(1)
	}
	go func() {
		if err := carry(os.Stdin, in, folder); err != nil {
			fmt.Fprintln(os.Stderr, "carrier:", err)
		}
		in.Close()
	}()
	err = program.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		os.Exit(max(1, exit.ExitCode()))
	}
}

// carry passes messages on until there are no more.
func carry(from io.Reader, to io.Writer, folder string) error {
	in := bufio.NewReaderSize(from, bufferBytes)
	out := bufio.NewWriterSize(to, bufferBytes)
	for {
		head, err := header(in)
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		body := io.LimitReader(in, head.length)
		switch head.kind {
		case "Files":
			report(put(folder, body))
		case "Forget":
			report(forget(folder, body))
		default:
			out.WriteString(head.text)
			io.Copy(out, body)
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			return err
		}
	}
}

type head struct {
	kind   string
	length int64
	text   string
}

func header(in *bufio.Reader) (head, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return head{}, err
	}
	end, err := in.ReadString('\n')
	if err != nil {
		return head{}, err
	}
	kind, length, _ := strings.Cut(strings.TrimSpace(line), ": ")
	number, err := strconv.ParseInt(length, 10, 64)
	if err != nil || number < 0 || strings.TrimSpace(end) != "" {
		return head{}, fmt.Errorf("%q is no header", line+end)
	}
	return head{kind, number, line + end}, nil
}

// put writes the files of an archive. What is outside of the folder cannot be named.
func put(folder string, archive io.Reader) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	for files := tar.NewReader(archive); ; {
		next, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := write(root, next.Name, files); err != nil {
			return err
		}
	}
}

func write(root *os.Root, name string, text io.Reader) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, text)
	return errors.Join(err, file.Close())
}

func forget(folder string, name io.Reader) error {
	said, err := io.ReadAll(name)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	return root.RemoveAll(string(said))
}

func report(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "carrier:", err)
	}
}

package box

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box/stage2"
)

// socketPair makes the control socket: ours, and the one for stage 2.
func socketPair() (ours *net.UnixConn, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	theirs = os.NewFile(uintptr(fds[1]), "control")
	file := os.NewFile(uintptr(fds[0]), "control")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		theirs.Close()
		return nil, nil, fmt.Errorf("control socket: %w", err)
	}
	return conn.(*net.UnixConn), theirs, nil
}

// writeOrders hands the orders to stage 2 over a pipe that it inherits.
func writeOrders(pipe io.WriteCloser, o stage2.Orders) error {
	body, err := o.Encode()
	if err == nil {
		_, err = pipe.Write(body)
	}
	if err = errors.Join(err, pipe.Close()); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	return nil
}

// receiveReport waits until stage 2 has become the program. The listener is nil where
// the kernel reports no forbidden calls.
func receiveReport(conn *net.UnixConn) (r stage2.Report, listener *os.File, err error) {
	if err := conn.SetReadDeadline(time.Now().Add(startTimeout)); err != nil {
		return r, nil, err
	}
	body, oob := make([]byte, 4096), make([]byte, unix.CmsgSpace(4))
	n, oobn, _, _, err := conn.ReadMsgUnix(body, oob)
	if err != nil || n == 0 {
		return r, nil, fmt.Errorf("stage 2 ended without a word: %w", eofIfNil(err))
	}
	if oobn > 0 {
		fd, err := oneRight(oob[:oobn])
		if err != nil {
			return r, nil, err
		}
		syscall.CloseOnExec(fd)
		if err := syscall.SetNonblock(fd, true); err != nil {
			return r, nil, fmt.Errorf("listener: %w", err)
		}
		listener = os.NewFile(uintptr(fd), "listener")
	}
	if r, err = stage2.DecodeReport(body[:n]); err == nil && r.Error != "" {
		err = errors.New("stage 2: " + r.Error)
	}
	if err == nil {
		err = awaitExec(conn)
	}
	if err != nil && listener != nil {
		listener.Close()
		listener = nil
	}
	return r, listener, err
}

// awaitExec returns nil when the socket closes because the program was executed.
func awaitExec(conn *net.UnixConn) error {
	body := make([]byte, 4096)
	n, err := conn.Read(body)
	if n == 0 && (err == nil || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("waiting for exec: %w", err)
	}
	late, err := stage2.DecodeReport(body[:n])
	if err != nil {
		return fmt.Errorf("stage 2's last words: %w", err)
	}
	return errors.New("stage 2: " + late.Error)
}

func oneRight(oob []byte) (int, error) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(messages) != 1 {
		return -1, fmt.Errorf("control message: %d of them, %v", len(messages), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return -1, fmt.Errorf("control message: %d descriptors, %v", len(fds), err)
	}
	return fds[0], nil
}

func eofIfNil(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}

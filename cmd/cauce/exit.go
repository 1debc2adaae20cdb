package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// The exit codes. Scripts rely on them.
const (
	exitGood     = 0
	exitProblems = 1
	exitMisuse   = 2
)

// errProblems ends a command that has printed what it found.
var errProblems = errors.New("problems were found")

// misused is a command called in a way that means nothing.
type misused struct{ command, what string }

func (m misused) Error() string { return m.what }

// misuse ends a command that can't tell what is wanted: one line says why, one
// where to look.
func misuse(cmd *cobra.Command, format string, args ...any) error {
	return misused{cmd.CommandPath(), fmt.Sprintf(format, args...)}
}

// someFolders asks for at least one folder.
func someFolders(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return misuse(cmd, "a folder is missing: the one that holds service.toml")
	}
	return nil
}

// oneFolder asks for just one.
func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return misuse(cmd, "one folder at a time; there are %d here", len(args))
	}
	return someFolders(cmd, args)
}

// nothing asks for no arguments.
func nothing(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misuse(cmd, "nothing stands behind %s; there is %q here", cmd.CommandPath(), args[0])
	}
	return nil
}

// exit says how a command ended, if it has not yet, and gives its code.
func exit(err error, stderr io.Writer) int {
	var m misused
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.As(err, &m):
		fmt.Fprintf(stderr, "%s: %s\nSee %s --help.\n", m.command, m.what, m.command)
		return exitMisuse
	}
	fmt.Fprintf(stderr, "cauce: %v\n", err)
	return exitProblems
}

// colored reports whether a writer shows colours: a terminal whose owner did not
// say no (no-color.org).
func colored(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(w)
}

// terminal reports whether there is a person at the other end.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

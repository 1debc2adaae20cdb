// Command cauce is the one binary of Cauce: it checks flows, plays their
// conversations, talks to them in the terminal, and runs the number.
//
// Each subcommand is one file with one constructor, listed in commands; what
// they share is small: how a folder becomes a service (folder.go), and how a
// command ends (exit.go). Results and diagnostics go to stdout, everything else
// to stderr. The exit code is 0 when all is well, 1 when a command found
// problems or failed, and 2 when it was called in a way that means nothing.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"cauce/dsl/diag"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// commands are the subcommands.
var commands = []func() *cobra.Command{
	checkCommand,
	testCommand,
	chatCommand,
	recognizeCommand,
	serveCommand,
	versionCommand,
}

// run is the program without its process: arguments in, exit code out.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	if args == nil {
		args = []string{} // cobra reads os.Args for nil
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return exit(root.Execute(), stderr)
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "cauce",
		Short: "Conversations on WhatsApp, written as flows",
		Long: `Cauce reads a folder of flows, says plainly what is wrong with them, plays
their conversations, and runs them on a WhatsApp number.`,
		Example: `  cauce check flows/luna             say what is wrong with a service
  cauce test flows/luna              play its conversations
  cauce chat flows/luna              talk to it here
  cauce serve --sandbox flows/luna   run it, with a phone in the browser`,
		Args:          cobra.ArbitraryArgs, // an unknown command reaches RunE, which says so in our words
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse(cmd, "a command is missing")
			}
			help := ""
			var names []string
			for _, c := range cmd.Commands() {
				names = append(names, c.Name())
			}
			if near, ok := diag.Suggest(args[0], names); ok {
				help = fmt.Sprintf("; did you mean %q?", near)
			}
			return misuse(cmd, "no command is named %s%s", diag.Quote(args[0]), help)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misuse(cmd, "%v", err) })
	for _, c := range commands {
		root.AddCommand(c())
	}
	return root
}

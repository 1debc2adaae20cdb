package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cauce/dsl/script"
	"cauce/engine"
	"cauce/engine/sim"
)

func chatCommand() *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "chat DIR",
		Short: "Talk to a service in the terminal",
		Long: `Chat is a phone in the terminal. What is typed is what the person writes; a
number taps that choice of the last question; [label] taps an older one. A line
that begins with / speaks to the phone: /time +25h moves its clock, /help lists
the rest. Nothing is sent anywhere.`,
		Example: `  cauce chat flows/luna
  cauce chat --lang en flows/luna`,
		Args:              oneFolder,
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			f, err := openFolder(cmd, args[0])
			if err != nil {
				return err
			}
			if f.service == nil {
				if err := f.print(out, locale(os.Getenv)); err != nil {
					return err
				}
				return errProblems
			}
			p := newPhone(f.service, time.Now(), out, colored(out), !terminal(cmd.InOrStdin()))
			if lang != "" && !p.speak(lang) {
				return misuse(cmd, "%s does not speak %q; it speaks %s", f.dir, lang, strings.Join(f.service.Languages(), ", "))
			}
			return p.talk(cmd.InOrStdin())
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "", "the person's language at the start, such as es")
	return cmd
}

// phone is a person's phone in the terminal.
type phone struct {
	world *sim.World
	zone  *time.Location
	out   io.Writer
	lang  string // of words
	words phoneWords
	paint bool
	echo  bool // repeat what is typed: nobody sees it otherwise
	shown string
	// choices are what the numbers tap: those of the newest message with any,
	// since the person last said something.
	choices []string
}

func newPhone(svc *engine.Service, now time.Time, out io.Writer, paint, echo bool) *phone {
	return &phone{
		world: sim.New(svc, now), zone: svc.Zone(), out: out, lang: svc.Languages()[0], words: wordsFor(svc.Languages()[0]),
		paint: paint, echo: echo,
	}
}

// speak sets the person's language; false for one the service does not have.
func (p *phone) speak(lang string) bool {
	if !slices.Contains(p.world.Service().Languages(), lang) {
		return false
	}
	c := p.world.Conversation()
	c.Language = lang
	p.world.Start(c)
	return true
}

// talk reads lines until there are no more, or /quit.
func (p *phone) talk(in io.Reader) error {
	fmt.Fprintf(p.out, "%s — %s\n", p.world.Service().Name(), p.words.welcome)
	p.date()
	r := bufio.NewReader(in)
	for {
		fmt.Fprint(p.out, p.prompt())
		line, err := r.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read what is typed: %w", err)
		}
		line = strings.TrimRight(line, "\r\n")
		last := err != nil
		switch {
		case last && line == "":
			fmt.Fprintln(p.out)
			return nil
		case p.echo:
			fmt.Fprintln(p.out, line)
		case last:
			fmt.Fprintln(p.out)
		}
		if p.line(strings.TrimSpace(line)) || last {
			return nil
		}
	}
}

// prompt shows the time, and the window's state when it has shut.
func (p *phone) prompt() string {
	s := p.world.Now().In(p.zone).Format("15:04")
	if c := p.world.Conversation(); c.LastInbound != 0 && !p.world.Open() {
		s += " · " + p.words.shut
	}
	return p.styled("2", s) + " > "
}

// line does what one line says, and reports whether it ends the talk.
func (p *phone) line(line string) bool {
	if line == "" {
		return false
	}
	if !strings.HasPrefix(line, "/") {
		p.person(line)
		return false
	}
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "/quit":
		return true
	case "/help":
		fmt.Fprintln(p.out, p.words.help)
	case "/say":
		p.say(`\` + rest) // whatever it begins with, it is words
	case "/time":
		p.time(rest)
	case "/operator", "/fetch":
		p.happens(word[1:] + " " + rest)
	case "/release":
		p.happens("operator done")
	case "/lang":
		if !p.speak(rest) {
			p.note(p.words.languages + " " + strings.Join(p.world.Service().Languages(), ", "))
		}
	default:
		p.note(fmt.Sprintf(p.words.unknown, word))
	}
	return false
}

// person writes or taps.
func (p *phone) person(line string) {
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(p.choices) {
		label := p.choices[n-1]
		p.then(p.world.Tap(label, 0))
		return
	}
	p.say(line)
}

func (p *phone) say(line string) {
	if rest, ok := strings.CutPrefix(line, `\`); ok {
		if rest == "" {
			p.note(p.words.empty)
			return
		}
		if strings.IndexByte(`[(\`, rest[0]) < 0 {
			line = rest
		}
	}
	said, err := script.ParseSaid(line)
	if err != nil {
		p.note(p.reason(err))
		return
	}
	p.then(said.Do(p.world))
}

// happens has the world do something, as scripts say it.
func (p *phone) happens(s string) {
	h, err := script.ParseHappening(strings.TrimSpace(s))
	if err != nil {
		p.note(strings.ReplaceAll(p.reason(err), "~ ", "/")) // here it is a command
		return
	}
	p.then(h.Do(p.world))
}

func (p *phone) time(s string) {
	c, err := script.ParseClock(s)
	if err != nil {
		p.note(p.reason(err))
		return
	}
	to := c.From(p.world.Now(), p.zone)
	if to.Before(p.world.Now()) {
		p.note(p.words.back)
		return
	}
	lines, err := p.world.Until(to)
	kept := p.choices
	p.then(lines, err)
	if len(p.choices) == 0 {
		p.choices = kept // a nudge has no choices; those of the question stay
	}
	p.date()
}

// then shows what the service said.
func (p *phone) then(lines []sim.Line, err error) {
	p.choices = nil
	for _, l := range lines {
		if !l.Incoming {
			p.show(l)
		}
	}
	if err != nil {
		p.note(p.reason(err))
	}
	for _, r := range p.world.Requests() {
		p.note(fmt.Sprintf(p.words.request, r.Connection, r.Method, r.Path))
	}
}

// date prints the day the phone's clock shows, when it has changed.
func (p *phone) date() { p.day(p.world.Now().In(p.zone)) }

func (p *phone) day(t time.Time) {
	day := p.words.days[t.Weekday()] + " " + t.Format(time.DateOnly)
	if day != p.shown {
		p.shown = day
		fmt.Fprintln(p.out, p.styled("2", "— "+day+" —"))
	}
}

// reason is why something can't be done, in the phone's language.
func (p *phone) reason(err error) string { return script.Reason(err).In(p.lang) }

// note prints what the phone itself has to say.
func (p *phone) note(s string) { fmt.Fprintln(p.out, p.styled("2", "· "+printable(s))) }

func (p *phone) styled(style, s string) string {
	if !p.paint {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// printable takes what would act on the terminal out of words.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return ' '
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}

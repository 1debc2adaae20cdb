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
that begins with / speaks to the phone: /time +25h moves its clock, /save NAME
writes the conversation as a test of the service, /help lists the rest. Nothing
is sent anywhere.`,
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
			p.folder = f.dir
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

	folder   string // of the service; where a conversation is saved
	start    time.Time
	take     script.Take
	unsaved  string       // why this conversation can't be saved, if it can't
	question func(string) // takes the next line
}

func newPhone(svc *engine.Service, now time.Time, out io.Writer, paint, echo bool) *phone {
	// When a script can begin, so that the conversation can be saved as one.
	start := script.Starts(now, svc.Zone())
	return &phone{
		world: sim.New(svc, start), zone: svc.Zone(), out: out, lang: svc.Languages()[0], words: wordsFor(svc.Languages()[0]),
		paint: paint, echo: echo, start: start, take: script.NewTake("", start),
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
	if p.take.Len() > 0 {
		p.unsaved = p.words.oneLanguage
	} else {
		p.take = script.NewTake(lang, p.start)
	}
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
	if answer := p.question; answer != nil {
		p.question = nil
		answer(line)
		return false
	}
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
	case "/save":
		p.save(rest)
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
		tap := script.Taps(p.choices[n-1])
		lines, err := tap.Do(p.world)
		p.then("> "+tap.String(), lines, err)
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
	lines, err := said.Do(p.world)
	p.then("> "+said.String(), lines, err)
}

// happens has the world do something, as scripts say it.
func (p *phone) happens(s string) {
	s = strings.TrimSpace(s)
	h, err := script.ParseHappening(s)
	if err != nil {
		p.note(strings.ReplaceAll(p.reason(err), "~ ", "/")) // here it is a command
		return
	}
	lines, err := h.Do(p.world)
	p.then("~ "+s, lines, err)
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
	p.then("@ "+s, lines, err)
	if len(p.choices) == 0 {
		p.choices = kept // a nudge has no choices; those of the question stay
	}
	p.date()
}

// then shows what the service said to what a script says so. What could not be
// done did nothing.
func (p *phone) then(source string, lines []sim.Line, err error) {
	p.choices = nil
	var came []engine.Outgoing
	for _, l := range lines {
		if !l.Incoming {
			p.show(l)
			came = append(came, l.Message)
		}
	}
	if err != nil {
		p.note(p.reason(err))
	} else {
		p.take = p.take.Then(source, came)
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

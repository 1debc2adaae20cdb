// Package script reads .chat conversations, plays them against a service, says
// where the service does otherwise, and rewrites what the service said. This
// comment is the language's definition.
//
// A script is UTF-8 text. Its first characters say what a line is:
//
//	# a comment, alone on its line; after " #" also behind a header, @ and =
//	flow embarazo                          where a message goes that nothing else takes
//	lang es                                contact.language at the start
//	clock 2026-03-02 09:00 America/Bogota  when it begins
//	> hola                                 the person
//	< Hola. ¿Cómo estás? [Bien] [Mal]      the service
//	@ +25h                                 the clock
//	= semana 20                            a fact
//	! free-form                            what must not have been said
//	  two leading blanks continue a > or <
//
// The three headers stand before everything else, each at most once. The flow
// of the header stands for the service's home flow in this conversation.
// Without lang, the language comes from the person's first words, as it does
// for anybody; without clock, it is Monday 2026-03-02 09:00. A clock without a
// zone is in the service's.
//
// # The person
//
// "> words" writes them, exactly. "> [label]" taps what has that label on the
// newest message that has it, "> [label]@-2" on the second newest. "> (audio)",
// "> (image foto.jpg)", "> (location 4.6,-74.1)" send something that is no text;
// the kinds are audio, contacts, document, image, location, sticker and video.
// Words that begin with a bracket, a parenthesis or a backslash take a
// backslash before it.
//
// # The service
//
// Every message is listed, in order: one that is not, or one that does not
// come, fails the script. Behind the words stands everything there is to tap:
// "[A] [B]" are buttons, "[[Menú: a | b]]" is a list with the button that opens
// it and its rows. "< template consejo_semanal [Leer]" is a template.
//
// "..." stands for any words, none included; with a blank beside it, for whole
// words. As the last thing of a message it stands for what there is to tap, too.
// The hint at the end of a message may be left out. A backslash takes the
// meaning from "...", "[", "]", "(", "template", "|", ":" and from itself. Blanks
// at the ends of lines don't count. Empty lines between a message and a line
// that continues it belong to the message.
//
// # The clock
//
// "@ +30m", "+25h", "+7d", "+2w" let exactly that much time pass; "+7d 10:00" is
// 10:00 of that day, "Tue 10:00" the next such moment, "10:00" likewise, and
// "2026-03-09 10:00" that one. What falls due on the way happens at its time, and
// what it makes the service say is listed under the line.
//
// # Facts
//
// They are judged after everything that the last > or @ line above caused:
//
//	= node embarazo.semana     where the conversation stands: the node in front or,
//	= node semana              with no question open, one that waits
//	= semana 20                what is kept of a data item
//	= window open              or closed: may free-form words leave now?
//	= handover waiting         or with, or none
//	= stopped                  also: not stopped
//	= held                     something waits until the person writes; also: not held
//	= timers none              nothing will happen by itself
//	= hint                     the last message closed with the hint; also: not hint
//
// # What must not be said
//
// "! any" under a > or @ line: it made the service say nothing. "! free-form":
// nothing but templates. "! [label]": nothing with that to tap. "! words": no
// message with these words in it, where "..." stands for any.
//
// Facts and lines of the language page that this version of Cauce does not
// know are told so, and never skipped.
package script

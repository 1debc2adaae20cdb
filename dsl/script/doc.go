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
//	given semana 20                        what was so before
//	> hola                                 the person
//	< Hola. ¿Cómo estás? [Bien] [Mal]      the service
//	@ +25h                                 the clock
//	= semana 20                            a fact
//	! free-form                            what must not have been said
//	~ operator "Hola, soy Ana"             the world
//	  two leading blanks continue a > or <
//
// The headers stand before everything else, each at most once. The flow
// of the header stands for the service's home flow in this conversation.
// Without lang, the language comes from the person's first words, as it does
// for anybody; without clock, it is Monday 2026-03-02 09:00. A clock without a
// zone is in the service's.
//
// "given semana 20" keeps a data item of the service before the conversation
// begins, written as a fact writes it and read by its declaration: digits, true or
// false, an id, 2026-05-03, 16:30, +573001234567, 4.6,-74.1, JSON for a list.
// "given contact.name Ana" and "given contact.timezone America/Lima" tell of the
// person, "given consent consejos" of a consent to the purpose's present version.
// There is one line for each.
//
// # The person
//
// "> words" writes them, exactly. "> [label]" taps what has that label on the
// newest message that has it, "> [label]@-2" on the second newest. "> (audio)",
// "> (image foto.jpg)", "> (location 4.6,-74.1)" send something that is no text;
// the kinds are audio, contacts, document, image, location, sticker and video. A
// question that wants one keeps it: a fact knows it by its file's name, a place by
// its latitude and longitude. A place that is not told is 4.6,-74.1.
// Words that begin with a bracket, a parenthesis or a backslash take a
// backslash before it.
//
// # The service
//
// Every message is listed, in order: one that is not, or one that does not
// come, fails the script. Behind the words stands everything there is to tap:
// "[A] [B]" are buttons, "[[Menú: a | b]]" is a list with the button that opens
// it and its rows, and "[[Menú: (Fruta) a | b | (Pan) c]]" one in sections, each
// title before its first row. "[Ver más](https://example.org)" is the button of a
// link; "[Ver más](...)" is one to any address. "< template consejo_semanal [Leer]"
// is a template.
//
// What a message shows besides words stands before them in parentheses: "(image
// maleta.jpg)", video, audio, document and sticker with the file's name, "(location
// 4.6,-74.1 Clínica, Calle 1)", "(contact_card Ana, +573001234567)", "(header …)"
// and "(footer …)", and "(location?)" for a message that asks for their place. What
// is left out behind the first word is not compared, nor are a place's name and
// address: "(image)" is any picture.
//
// "..." stands for any words, none included; with a blank beside it, for whole
// words. As the last thing of a message it stands for what there is to tap, and
// for header and footer, too; alone, for any message that is no template. The hint
// at the end of a message, and what a consent adds to its words, may be left out.
// A backslash takes the meaning from "...", "[", "]", "(", ")", "template", "|", ":"
// and from itself. Blanks
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
// They are judged after everything that the last >, @ or ~ line above caused:
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
//	= consent consejos 3       a live consent, of that version; without one, of any;
//	= not consent consejos     also: none
//	= tag urgente              a mark that operators see; also: not tag
//
// # The world
//
// What happens and is done by neither the person nor the clock; what it makes the
// service say is listed under the line. A comment behind it is part of it.
//
//	~ operator "Hola"            an operator writes, and takes the conversation if it
//	                             waits; the words are quoted, with \n and \"
//	~ operator claim Ana         takes it under a name; without one, "operator"
//	~ operator done              gives it back
//	~ delivery failed 131047     WhatsApp could not deliver the newest message
//	~ duplicate last             the person's newest message is delivered once more
//	~ late last 3d               the same words as a new message, sent 3 days ago
//	~ reorder                    their next two messages arrive in the other order: the
//	                             first is on its way until the second was handled, or
//	                             until anything else happens
//	~ restart                    the program stops and starts: what was stored is left
//	~ fetch clinica 200 {…}      the oldest open request to a connection is answered,
//	                             with JSON or nothing; 0 is no answer at all
//	~ template consejo paused    WhatsApp pauses a template: what is sent with it fails,
//	                             until "~ template consejo approved"
//
// # What must not be said
//
// "! any" under a >, @ or ~ line: it made the service say nothing. "! free-form":
// nothing but templates. "! [label]": nothing with that to tap. "! words": no
// message with these words in it, where "..." stands for any.
package script

package engine

// builtin names words that Cauce says by itself where an author gave none.
type builtin int

const (
	builtinNotUnderstood builtin = iota
	builtinHuman
	builtinClosed
	builtinGiveUp
	builtinStopped
	builtinWelcome
	builtinHint
	builtinStillStopped // to a stopped person who writes
	builtinEarlier      // before a question that is asked again, because an older button was tapped
	builtinTryAgain     // @offer's buttons, at most 20 letters
	builtinPerson
	builtinOpener      // the button that opens a list, at most 20 letters
	builtinPaths       // before the ways to a person that are no inbox
	builtinSensitive   // to a message with a card, account or ID number
	builtinUnsureStop  // did they mean to stop?
	builtinUnsureHuman // do they want a person?
	builtinYesStop     // the buttons, at most 20 letters
	builtinYesHuman
	builtinGoOn
	builtinMore  // the row that turns the page, at most 24 letters
	builtinFirst // on the last page: back to the first one
	builtinYes   // the rows of a question about true or false, at most 20 letters
	builtinNo
	builtinWhichDate // which of two did they mean?
	builtinWhichTime
	builtinCount int = iota
)

// builtins are Cauce's own words. A language that is not here reads English;
// the regional form of one that is, its base.
var builtins = map[string][]string{
	"es": {
		builtinNotUnderstood: "No te entendí.",
		builtinHuman:         "Una persona te escribirá pronto.",
		builtinClosed:        "Ahora no hay nadie. Volvemos {opens}.",
		builtinGiveUp:        "Perdona, no hubo nadie libre. Escribe {word.human} para intentarlo de nuevo.",
		builtinStopped:       "Listo, no te escribiremos más. Escribe {word.start} si cambias de idea.",
		builtinWelcome:       "¡Qué bueno verte de nuevo!",
		builtinHint:          "{word.human}: hablar con una persona · {word.stop}: salir",
		builtinStillStopped:  "No te escribimos porque así lo pediste. Escribe {word.start} para volver o {word.human} para hablar con una persona.",
		builtinEarlier:       "Esa era una pregunta anterior. Ahora estamos aquí:",
		builtinTryAgain:      "Intentar de nuevo",
		builtinPerson:        "Hablar con alguien",
		builtinOpener:        "Ver opciones",
		builtinPaths:         "También puedes hablar con una persona aquí:",
		builtinSensitive:     "Por tu seguridad no envíes por aquí números de tarjeta, cuenta o documento. No lo guardamos.",
		builtinUnsureStop:    "¿Quieres que dejemos de escribirte?",
		builtinUnsureHuman:   "¿Quieres hablar con una persona?",
		builtinYesStop:       "Sí, no me escriban",
		builtinYesHuman:      "Sí, una persona",
		builtinGoOn:          "No, seguir",
		builtinMore:          "Ver más",
		builtinFirst:         "Volver al principio",
		builtinYes:           "Sí",
		builtinNo:            "No",
		builtinWhichDate:     "¿Cuál de estas fechas?",
		builtinWhichTime:     "¿Cuál de estas horas?",
	},
	"en": {
		builtinNotUnderstood: "I didn't get that.",
		builtinHuman:         "A person will write to you soon.",
		builtinClosed:        "Nobody is here right now. We are back {opens}.",
		builtinGiveUp:        "Sorry, nobody was free. Send {word.human} to try again.",
		builtinStopped:       "Done. We will not write again. Send {word.start} to come back.",
		builtinWelcome:       "Good to see you again!",
		builtinHint:          "{word.human}: talk to a person · {word.stop}: leave",
		builtinStillStopped:  "We don't write to you because you asked us not to. Send {word.start} to come back, or {word.human} to talk to a person.",
		builtinEarlier:       "That was an earlier question. We are here now:",
		builtinTryAgain:      "Try again",
		builtinPerson:        "Talk to a person",
		builtinOpener:        "See the options",
		builtinPaths:         "You can also reach a person here:",
		builtinSensitive:     "For your safety, do not send card, account or ID numbers here. We did not keep it.",
		builtinUnsureStop:    "Do you want us to stop writing to you?",
		builtinUnsureHuman:   "Do you want to talk to a person?",
		builtinYesStop:       "Yes, stop",
		builtinYesHuman:      "Yes, a person",
		builtinGoOn:          "No, go on",
		builtinMore:          "See more",
		builtinFirst:         "Back to the first",
		builtinYes:           "Yes",
		builtinNo:            "No",
		builtinWhichDate:     "Which of these dates?",
		builtinWhichTime:     "Which of these times?",
	},
	"pt": {
		builtinNotUnderstood: "Não entendi.",
		builtinHuman:         "Uma pessoa vai escrever para você em breve.",
		builtinClosed:        "Agora não há ninguém. Voltamos {opens}.",
		builtinGiveUp:        "Desculpe, ninguém estava livre. Escreva {word.human} para tentar de novo.",
		builtinStopped:       "Pronto, não escreveremos mais. Escreva {word.start} se mudar de ideia.",
		builtinWelcome:       "Que bom ver você de novo!",
		builtinHint:          "{word.human}: falar com uma pessoa · {word.stop}: sair",
		builtinStillStopped:  "Não escrevemos porque você pediu. Escreva {word.start} para voltar ou {word.human} para falar com uma pessoa.",
		builtinEarlier:       "Essa era uma pergunta anterior. Agora estamos aqui:",
		builtinTryAgain:      "Tentar de novo",
		builtinPerson:        "Falar com alguém",
		builtinOpener:        "Ver opções",
		builtinPaths:         "Você também pode falar com uma pessoa aqui:",
		builtinSensitive:     "Para sua segurança, não envie por aqui números de cartão, conta ou documento. Não o guardamos.",
		builtinUnsureStop:    "Quer que a gente pare de escrever?",
		builtinUnsureHuman:   "Quer falar com uma pessoa?",
		builtinYesStop:       "Sim, parem",
		builtinYesHuman:      "Sim, uma pessoa",
		builtinGoOn:          "Não, continuar",
		builtinMore:          "Ver mais",
		builtinFirst:         "Voltar ao início",
		builtinYes:           "Sim",
		builtinNo:            "Não",
		builtinWhichDate:     "Qual destas datas?",
		builtinWhichTime:     "Qual destes horários?",
	},
	"fr": {
		builtinNotUnderstood: "Je n'ai pas compris.",
		builtinHuman:         "Une personne vous écrira bientôt.",
		builtinClosed:        "Il n'y a personne pour le moment. Nous revenons {opens}.",
		builtinGiveUp:        "Désolé, personne n'était libre. Écrivez {word.human} pour réessayer.",
		builtinStopped:       "C'est fait, nous n'écrirons plus. Écrivez {word.start} pour revenir.",
		builtinWelcome:       "Quel plaisir de vous revoir !",
		builtinHint:          "{word.human} : parler à une personne · {word.stop} : quitter",
		builtinStillStopped:  "Nous ne vous écrivons pas, comme demandé. Écrivez {word.start} pour revenir ou {word.human} pour parler à une personne.",
		builtinEarlier:       "C'était une question précédente. Nous en sommes ici :",
		builtinTryAgain:      "Réessayer",
		builtinPerson:        "Parler à quelqu'un",
		builtinOpener:        "Voir les choix",
		builtinPaths:         "Vous pouvez aussi joindre une personne ici :",
		builtinSensitive:     "Pour votre sécurité, n'envoyez pas ici de numéro de carte, de compte ou d'identité. Nous ne l'avons pas gardé.",
		builtinUnsureStop:    "Voulez-vous que nous arrêtions de vous écrire ?",
		builtinUnsureHuman:   "Voulez-vous parler à une personne ?",
		builtinYesStop:       "Oui, arrêtez",
		builtinYesHuman:      "Oui, une personne",
		builtinGoOn:          "Non, continuer",
		builtinMore:          "Voir plus",
		builtinFirst:         "Revenir au début",
		builtinYes:           "Oui",
		builtinNo:            "Non",
		builtinWhichDate:     "Laquelle de ces dates ?",
		builtinWhichTime:     "Laquelle de ces heures ?",
	},
}

// weekdays are the days of the week from Sunday, for "we are back Monday 08:00".
var weekdays = map[string][7]string{
	"es": {"el domingo", "el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sábado"},
	"en": {"on Sunday", "on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday"},
	"pt": {"no domingo", "na segunda-feira", "na terça-feira", "na quarta-feira", "na quinta-feira", "na sexta-feira", "no sábado"},
	"fr": {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
}

// clockWords join a day and a time of day; today needs no day.
var clockWords = map[string]struct{ today, at string }{
	"es": {"hoy", "a las"},
	"en": {"today", "at"},
	"pt": {"hoje", "às"},
	"fr": {"aujourd'hui", "à"},
}

// base is the language whose built-in words a language reads.
func base(lang string) string {
	for i := range len(lang) {
		if lang[i] == '-' || lang[i] == '_' {
			lang = lang[:i]
			break
		}
	}
	if _, ok := builtins[lang]; ok {
		return lang
	}
	return "en"
}

// builtinWords are a built-in's words in every language of the service.
func (s *Service) builtinWords(b builtin) Words {
	w := Words{}
	for _, l := range s.languages {
		w[l] = builtins[base(l)][b]
	}
	return w
}

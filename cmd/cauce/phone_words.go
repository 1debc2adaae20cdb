package main

import "strings"

// phoneWords are what the phone in the terminal says by itself. It speaks the
// service's first language where it knows it, else English.
type phoneWords struct {
	welcome, shut, template, place, request, languages, unknown, empty, back, help string

	// Of /save.
	fileName, nothingSaid, oneLanguage, unlike, there, kept, saved string
	yes                                                            []string

	days [7]string // from Sunday
}

func wordsFor(lang string) phoneWords {
	base, _, _ := strings.Cut(lang, "-")
	if base == "es" {
		return phoneSpanish
	}
	return phoneEnglish
}

var phoneSpanish = phoneWords{
	welcome:   "escribe como en tu teléfono; /help dice qué más se puede",
	shut:      "ventana cerrada",
	template:  "plantilla",
	place:     "enviar ubicación: (location 4.6,-74.1)",
	request:   "el flujo espera a %q (%s %s); /fetch responde por ella",
	languages: "el servicio habla:",
	unknown:   "no hay ninguna orden %q; /help las muestra",
	empty:     "faltan las palabras",
	back:      "el reloj no vuelve atrás",

	fileName:    "así no se llama un archivo: letras sin tilde, números, _ y -",
	nothingSaid: "aún no hay conversación que guardar",
	oneLanguage: "después de /lang no se puede guardar: una prueba tiene un solo idioma desde el principio",
	unlike:      "así no se puede guardar: la prueba no pasaría: ",
	there:       "%s ya existe; ¿la reemplazo? sí o no",
	kept:        "queda como estaba",
	saved:       "guardada en %s; cauce test la juega",
	yes:         []string{"sí", "si", "s"},

	days: [7]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
	help: `  palabras            la persona las escribe
  1 … 9               toca esa opción de la última pregunta
  [etiqueta]          toca el botón más nuevo con esa etiqueta; [etiqueta]@-2, el anterior
  (audio) (image)     envía algo que no es texto; (location 4.6,-74.1), un lugar
  /say 1              escribe 1, aunque haya opciones
  /time +25h          adelanta el reloj; también +30m, +7d 10:00, Tue 10:00, 10:00
  /lang en            cambia el idioma de la persona
  /operator "Hola"    escribe quien atiende; /operator claim Ana toma la conversación
  /release            la devuelve
  /fetch clinica 200 {"a": 1}   responde a la petición de un flujo
  /save NOMBRE        guarda la conversación en tests/NOMBRE.chat
  /quit               termina`,
}

var phoneEnglish = phoneWords{
	welcome:   "type as on your phone; /help says what else there is",
	shut:      "window shut",
	template:  "template",
	place:     "send location: (location 4.6,-74.1)",
	request:   "the flow waits for %q (%s %s); /fetch answers in its place",
	languages: "the service speaks:",
	unknown:   "no command is named %q; /help lists them",
	empty:     "the words are missing",
	back:      "the clock never goes back",

	fileName:    "no file is named so: small letters, digits, _ and -",
	nothingSaid: "there is no conversation to save yet",
	oneLanguage: "after /lang it can't be saved: a test has one language from its start",
	unlike:      "it can't be saved: the test would not pass: ",
	there:       "%s is there already; replace it? yes or no",
	kept:        "it stays as it was",
	saved:       "saved in %s; cauce test plays it",
	yes:         []string{"yes", "y"},

	days: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	help: `  words               the person writes them
  1 … 9               taps that choice of the last question
  [label]             taps the newest button with that label; [label]@-2 the one before
  (audio) (image)     sends something that is no text; (location 4.6,-74.1) a place
  /say 1              writes 1, although there are choices
  /time +25h          moves the clock; also +30m, +7d 10:00, Tue 10:00, 10:00
  /lang en            changes the person's language
  /operator "Hello"   an operator writes; /operator claim Ana takes the conversation
  /release            gives it back
  /fetch clinica 200 {"a": 1}   answers a flow's request
  /save NAME          saves the conversation as tests/NAME.chat
  /quit               ends`,
}

package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine/eval"
)

// This file reads words for what WhatsApp does not allow everywhere: games for
// prizes, promotions outside a marketing template, selling. It warns and never
// forbids, since words can't be sure; the patterns are whole turns of speech,
// because one word alone is not enough: in "promoción de la salud" nothing is
// for sale, and who plays with a baby wins no prize.

// A look is a kind of thing that words may look like.
type look struct {
	code     diag.Code
	patterns map[string][]string // by language
}

// The patterns: words by words; "|" between those of which one will do, "..3"
// for up to three words of any kind in the same sentence, "?" behind one that
// may be missing, "#" for a number or a {…}, "#x#" for 2x1, "$" for the sign of
// a currency. They are written without accents.
var looks = []look{
	{LooksLikeGame, map[string][]string{
		"es": {
			"gana|gane|ganar|ganate|ganarte|llevate|llevese ..4 premio|premios|rifa|sorteo|regalo|regalos",
			"ganaste|ganado|ganador|ganadora|ganadores ..3 premio|premios|sorteo|rifa|loteria",
			"participa|participe|participar|inscribete|inscribase|concursa|concurse ..5 sorteo|sorteos|rifa|rifas|loteria|bingo|tombola",
			"compra|compre|comprar|adquiere ..4 rifa|rifas|loteria",
			"apuesta|apueste|apostar|juega|juegue|jugar ..4 casino|ruleta|tragamonedas|loteria|bingo|poker|apuestas",
			"juega|juegue y|para gana|gane|ganar|ganarte",
			"raspa|rasca y gana",
			"trivia|quiz|concurso|adivinanza ..6 premio|premios|sorteo|rifa|regalo|regalos",
		},
		"en": {
			"win|won|winning ..4 prize|prizes|jackpot|lottery|raffle|giveaway",
			"enter|join|participate ..5 raffle|raffles|sweepstake|sweepstakes|lottery|giveaway|bingo",
			"place|make ..2 bet|bets",
			"bet|play ..3 casino|roulette|slots|lottery|poker|jackpot",
			"buy ..3 lottery|raffle ticket|tickets",
			"scratch and win", "play and|to win",
			"quiz|trivia|contest ..6 prize|prizes|raffle|giveaway",
		},
		"pt": {
			"ganhe|ganhar|concorra|concorrer|leve ..5 premio|premios|sorteio|rifa|brinde|brindes",
			"ganhou|ganhador|ganhadora ..3 premio|premios|sorteio|rifa",
			"participe|participar|participa|inscreva ..5 sorteio|sorteios|rifa|loteria|bingo",
			"aposte|apostar|jogue|jogar ..4 cassino|roleta|loteria|bingo|poquer|apostas",
			"jogue e|para ganhe|ganhar", "raspe e ganhe",
			"quiz|trivia|concurso ..6 premio|premios|sorteio|brinde|brindes",
		},
		"fr": {
			"gagnez|gagner|gagne|remportez|remporter ..4 prix|cadeau|cadeaux|lot|lots|jackpot|cagnotte",
			"participez|participer|participe|inscrivez ..5 tombola|loterie|bingo",
			"participez|participer|participe ..4 tirage au sort", "participez|participer|participe ..4 jeu concours",
			"pariez|parier|misez|miser|jouez|jouer ..4 casino|roulette|loterie|loto|poker",
			"jouez et|pour gagnez|gagner", "grattez et gagnez",
			"quiz|concours ..6 cadeau|cadeaux|tombola",
		},
	}},
	{LooksLikePromotion, map[string][]string{
		"es": {
			"# % de? descuento|dto|rebaja|off", "descuento|descuentos|rebaja ..2 # %",
			"oferta|ofertas especial|especiales|exclusiva|exclusivas|limitada|relampago|imperdible|imperdibles",
			"oferta|ofertas|promocion|promociones del|de la? dia|semana|mes|temporada",
			"promocion|promociones especial|especiales|exclusiva|exclusivas|valida|limitada|imperdible",
			"aprovecha|aproveche|aprovechen esta|nuestra|nuestras|estas|las oferta|ofertas|promocion|promociones|promo|promos|rebajas",
			"aprovecha|aproveche|aprovechen ..3 descuento|descuentos",
			"#x# en", "codigo|cupon|cupones de descuento", "codigo|cupon promocional", "black friday", "por tiempo limitado",
			"precio|precios rebajado|rebajados|de promocion|oferta",
		},
		"en": {
			"# % off|discount", "discount ..2 # %", "special|limited|exclusive|flash offer|offers|deal|deals|sale",
			"discount|promo|coupon code|codes", "buy one get one", "black friday", "limited time offer|only|deal",
			"don t miss ..3 offer|deal|deals|sale|discount|discounts",
		},
		"pt": {
			"# % de? desconto|off", "oferta|ofertas especial|especiais|exclusiva|exclusivas|imperdivel|imperdiveis|relampago",
			"oferta|ofertas|promocao|promocoes do|da dia|semana|mes",
			"promocao|promocoes especial|especiais|imperdivel|imperdiveis|valida|exclusiva",
			"aproveite esta|essa|nossa|nossas|estas|essas|as oferta|ofertas|promocao|promocoes", "aproveite ..3 desconto|descontos",
			"cupom|codigo de desconto", "cupom|codigo promocional", "por tempo limitado", "black friday",
		},
		"fr": {
			"# % de? remise|reduction|rabais", "remise|reduction|rabais ..2 # %",
			"offre|offres speciale|speciales|exclusive|exclusives|limitee|limitees",
			"offre|offres du|de la? jour|semaine|mois",
			"profitez|profite de cette|notre|nos|ces offre|offres|promotion|promotions|remise|remises|soldes",
			"code promo", "code|bon de reduction", "promotion|promotions speciale|speciales|exclusive|exclusives", "black friday",
		},
	}},
	{LooksLikeSelling, map[string][]string{
		"es": {
			"compra|compre|compralo|comprala ahora|ya|aqui", "compra|compre|compralo|comprala en linea",
			"paga|pague|pagalo ahora|aqui", "paga|pague|pagalo en linea", "haz|haga tu|su pedido|compra",
			"agrega|agregue|agregar|anade|anadir al|a tu? carrito", "por solo|apenas $? #  $|pesos|soles|dolares|euros|quetzales",
			"por solo|apenas $ #", "precio|precios ..2 $ #", "compra|compre|adquiere|adquiera|pide|lleva|llevate|reserva ..6 $ #",
		},
		"en": {
			"buy|order|shop now|here|online", "pay now|here|online", "add to cart|basket", "place your order",
			"only|just $ #", "price|prices ..2 $ #", "buy|order|get ..6 for $ #",
		},
		"pt": {
			"compre agora|aqui|ja|online", "pague agora|aqui|online", "faca seu|o seu? pedido",
			"adicione|adicionar ao carrinho", "por apenas|so r? $ #", "preco|precos ..2 r? $ #",
			"compre|adquira|peca|leve|reserve ..6 r? $ #",
		},
		"fr": {
			"achetez|achete|commandez|commande maintenant|ici", "achetez|commandez en ligne", "payez|paye maintenant|ici",
			"payez en ligne", "ajoutez|ajoute|ajouter au panier", "passez|passe votre|ta commande", "pour seulement # $",
			"prix ..2 # $", "achetez|commandez|reservez ..6 # $",
		},
	}},
}

// denials are words that turn what stands behind them round: "this is no
// lottery".
var denials = map[string][]string{
	"es": {"no", "sin", "nunca", "ni", "ningun", "ninguna"},
	"en": {"no", "not", "never", "without", "don", "cannot", "isn"},
	"pt": {"nao", "sem", "nunca", "nem", "nenhum", "nenhuma"},
	"fr": {"pas", "sans", "jamais", "aucun", "aucune", "ne", "n", "ni"},
}

// A step is a part of a pattern.
type step struct {
	words    []string // one of these; nil: a gap
	gap      int      // up to so many words
	optional bool
}

// A turn is a pattern ready to be looked for, under the words it may begin with.
type turn struct {
	look  int
	steps []step
}

// turns are the patterns of a language, by what they begin with.
var turns = func() map[string]map[string][]turn {
	out := map[string]map[string][]turn{}
	for i, l := range looks {
		for lang, patterns := range l.patterns {
			if out[lang] == nil {
				out[lang] = map[string][]turn{}
			}
			for _, p := range patterns {
				t := turn{look: i, steps: steps(p)}
				for _, w := range t.steps[0].words {
					out[lang][w] = append(out[lang][w], t)
				}
			}
		}
	}
	return out
}()

func steps(pattern string) []step {
	var out []step
	for _, part := range strings.Fields(pattern) {
		if gap, ok := strings.CutPrefix(part, ".."); ok {
			out = append(out, step{gap: int(gap[0] - '0')})
			continue
		}
		part, optional := strings.CutSuffix(part, "?")
		out = append(out, step{words: strings.Split(part, "|"), optional: optional})
	}
	return out
}

// A seen is a word of a text, as patterns have it, and where it stands.
type seen struct {
	word     string
	from, to int // bytes
}

// stop ends a sentence: no pattern goes past it.
const stop = "."

// plainRunes are letters without what stands above or below them.
var plainRunes = map[rune]rune{}

func init() {
	for _, pair := range []struct{ with, plain string }{
		{"áàâäãå", "a"}, {"éèêë", "e"}, {"íìîï", "i"}, {"óòôöõ", "o"}, {"úùûü", "u"}, {"ñ", "n"}, {"ç", "c"},
	} {
		for _, r := range pair.with {
			plainRunes[r] = rune(pair.plain[0])
		}
	}
}

// wordsOf cuts a text into words. What stands in braces is one, and counts as a
// number: it may be a price.
func wordsOf(text string) []seen {
	var out []seen
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return out
			}
			out = append(out, seen{"#", i, i + end + 1})
			i += end + 1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			from := i
			b.Reset()
			digits, others := 0, 0
			for i < len(text) {
				r, size = utf8.DecodeRuneInString(text[i:])
				switch {
				case unicode.IsDigit(r):
					digits++
				case unicode.IsLetter(r):
					others++
				case digits > 0 && others == 0 && (r == '.' || r == ',') && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9':
				case unicode.IsMark(r):
					i += size // an accent by itself
					continue
				default:
					size = 0
				}
				if size == 0 {
					break
				}
				r = unicode.ToLower(r)
				if plain, ok := plainRunes[r]; ok {
					r = plain
				}
				b.WriteRune(r)
				i += size
			}
			word := b.String()
			switch {
			case others == 0:
				word = "#"
			case digits > 1 && others == 1 && strings.Trim(word, "0123456789") == "x":
				word = "#x#"
			}
			out = append(out, seen{word, from, i})
		default:
			switch r {
			case '.', '!', '?', '\n', '¡', '¿', ';', '…', '·':
				out = append(out, seen{stop, i, i + size})
			case '%':
				out = append(out, seen{"%", i, i + size})
			case '$', '€', '£', '¥':
				out = append(out, seen{"$", i, i + size})
			}
			i += size
		}
	}
	return out
}

// match is how many of words a pattern takes, from the first; 0 when it does
// not fit.
func match(steps []step, words []seen, denials []string) int {
	if len(steps) == 0 {
		return 0
	}
	s := steps[0]
	if s.words == nil {
		for skip := 0; skip <= s.gap && skip < len(words); skip++ {
			if n := match(steps[1:], words[skip:], denials); n > 0 {
				return skip + n
			}
			if words[skip].word == stop || slices.Contains(denials, words[skip].word) {
				return 0
			}
		}
		return 0
	}
	if len(words) > 0 {
		for _, w := range s.words {
			if w != words[0].word {
				continue
			}
			if len(steps) == 1 {
				return 1
			}
			if n := match(steps[1:], words[1:], denials); n > 0 {
				return n + 1
			}
		}
	}
	if s.optional {
		return match(steps[1:], words, denials)
	}
	return 0
}

// denied reports whether what begins at words[i] is said not to be.
func denied(words []seen, i int, denials []string) bool {
	for back := 1; back <= 3 && i-back >= 0 && words[i-back].word != stop; back++ {
		if slices.Contains(denials, words[i-back].word) {
			return true
		}
	}
	return false
}

// looked finds what a text looks like: for each look, where it does first.
func looked(lang, text string) map[int][2]int {
	tag, _ := language.Make(lang).Base()
	base := tag.String()
	begin := turns[base]
	if begin == nil {
		return nil
	}
	var out map[int][2]int
	words := wordsOf(text)
	for i, w := range words {
		for _, t := range begin[w.word] {
			if _, there := out[t.look]; there {
				continue
			}
			n := match(t.steps, words[i:], denials[base])
			if n == 0 || denied(words, i, denials[base]) {
				continue
			}
			if out == nil {
				out = map[int][2]int{}
			}
			out[t.look] = [2]int{w.from, words[i+n-1].to}
		}
	}
	return out
}

// checkLooks warns of words that look like what WhatsApp does not allow, or not
// there. What says it in several languages is one thing.
func (c *checker) checkLooks() {
	s := &c.service
	for _, w := range s.texts() {
		c.checkLook(w, nil)
	}
	for _, t := range s.templates {
		c.checkLook(t.body, t)
		for _, b := range t.buttons {
			c.checkLook(b.label, t)
		}
	}
	for _, f := range c.flows {
		for _, n := range f.nodes {
			for _, w := range n.texts() {
				c.checkLook(w, nil)
			}
		}
	}
}

func (c *checker) checkLook(w *words, t *template) {
	told := map[int]bool{}
	for _, s := range w.sayings() {
		if s.src == nil || letters(s.src.Value) > eval.MaxText {
			continue
		}
		found := looked(s.lang, s.src.Value)
		for i := range looks {
			if at, ok := found[i]; ok && !told[i] {
				told[i] = true
				c.reportLook(looks[i].code, s.src, at, t)
			}
		}
	}
}

func (c *checker) reportLook(code diag.Code, s *syntax.String, at [2]int, t *template) {
	where := s.At(at[0], at[1])
	switch {
	case code == LooksLikeGame:
		c.warn(code, where, `take it out; if nothing is won by chance, say so: allow = { looks-like-game = "…" }`,
			"this reads like a game for a prize, which WhatsApp does not allow")
	case code == LooksLikePromotion && t != nil && (t.category == "marketing" || t.category == ""):
	case code == LooksLikePromotion && t != nil:
		c.warn(code, where, `write category = "marketing", as WhatsApp has to approve it; if it is no promotion, say so: allow = { looks-like-promotion = "…" }`,
			"this reads like a promotion, and the category of the template is %s", quote(t.category))
	case code == LooksLikePromotion:
		c.warn(code, where, `send it as a template with category = "marketing"; if it is no promotion, say so: allow = { looks-like-promotion = "…" }`,
			"this reads like a promotion, and stands in no marketing template")
	case code == LooksLikeSelling && !c.service.sells:
		c.warn(code, where, `write sells = true in service.toml, with the day you read WhatsApp's commerce policy; if nothing is sold, say so: allow = { looks-like-selling = "…" }`,
			"this reads like selling, and the service does not say that it sells")
	}
}

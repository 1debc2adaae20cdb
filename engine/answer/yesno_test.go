package answer_test

import (
	"strings"
	"testing"

	"cauce/engine/answer"
)

func TestYesNo(t *testing.T) {
	for lang, texts := range map[string][3]string{ // yes, no, neither; parted by |
		"es": {
			"sí|si|Sí.|SÍ!!|siii|sii|sí sí|sí, claro|claro|claro que sí|dale|ok|OK 👍|Ok, gracias|vale|listo|de acuerdo|estoy de acuerdo|acepto|por supuesto|" +
				"bueno|está bien|sí, por favor|sí señora|no hay problema|cómo no|correcto|así es|yes|sip|sí 😊|hola, sí|*sí*|claro que sí, muchas gracias|ah, sí|pues sí|sí ✅",
			"no|No.|NOOO|nop|no no|no, gracias|no gracias|para nada|claro que no|nunca|jamás|todavía no|ahora no|no quiero|no acepto|ya no|mejor no|no, por favor|no 👎|no ❌|de ninguna manera|creo que no|nel|pues no|no, jajaja",
			"|no sé|ah|pues|jaja|tal vez|quizás|sí pero no|sí y no|no, sí|sí no|¿sí?|sí?|no?|sí 🤔|no 👍|sí 👎|si puedo te aviso|si no puedo|depende|gracias|hola|20|sí 20|1|0|más o menos|creo que sí pero no estoy segura|" +
				"no creo que pueda mañana|no tengo tiempo|claro como el agua|ni sí ni no|oui|sim|a veces|🙏|😊|👍👎|.|no estoy segura|acepto que no|ya",
		},
		"en": {
			"yes|Yes!|YES|yeah|yep|yup|sure|ok|okay|of course|I do|yes I do|absolutely|that's right|yes please|no problem|sounds good|y|k|go ahead|yes, thanks|fine",
			"no|No.|nope|nah|no way|not at all|never|no thanks|No, thank you|not yet|I don't|not really|n|no I don't|of course not|I don't think so",
			"maybe|perhaps|I don't know|not sure|yes but no|yes and no|yes?|no yes|I think|yes 20|sometimes|thanks|no one|never mind|sí|oui|ten|right or wrong|don't know",
		},
		"pt": {
			"sim|Sim!|SIM|siiim sim|claro|com certeza|isso|ok|beleza|tá bom|pode|aceito|concordo|é|uhum|sim, obrigada|s|sem problema|combinado|de acordo|quero sim|yes",
			"não|nao|Não.|não não|de jeito nenhum|nunca|claro que não|não, obrigada|ainda não|agora não|nem pensar|n|não quero|acho que não|no",
			"talvez|não sei|sim e não|sim, mas não|pode ser|quem sabe|sim?|às vezes|obrigada|oui|depende|mais ou menos|não tenho certeza|oi|não sim",
		},
		"fr": {
			"oui|Oui !|OUI|ouais|oui oui|bien sûr|d'accord|d’accord|ok|tout à fait|j'accepte|je suis d'accord|volontiers|si|exact|oui, merci|pas de problème|avec plaisir|ça marche|entendu|mais oui|ben oui|yes",
			"non|Non.|nan|non non|non merci|pas du tout|jamais|bien sûr que non|pas encore|pas maintenant|je ne veux pas|pas d'accord|surtout pas|pas question",
			"peut-être|je ne sais pas|oui et non|oui mais non|non oui|oui ?|ça dépend|merci|bonjour|parfois|sais pas|sim|pas sûr|un peu",
		},
		"de": {"👍|👍🏽|✅|👍👍| 👌 ", "👎|❌|👎🏿", "ja|nein|yes|no|ok|👍 ja|👍👎|1|👍?|"},
	} {
		for i, want := range [3][2]bool{{true, true}, {false, true}, {false, false}} {
			for text := range strings.SplitSeq(texts[i], "|") {
				if yes, ok := answer.YesNo(text, lang); yes != want[0] || ok != want[1] {
					t.Errorf("[%s] %q: yes %t, ok %t; want %t, %t", lang, text, yes, ok, want[0], want[1])
				}
			}
		}
	}
}

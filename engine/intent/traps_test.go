package intent_test

import (
	"os"
	"strings"
	"testing"

	"cauce/engine/intent"
)

// What people of health, farming, school and violence services write with the
// words of stop, human and start in it, and what asks for none of them. No act.
var traps = map[string][]string{
	"en": {"he won't stop hitting me", "my bleeding has stopped", "call the doctor?", "how do I stop the bleeding", "the pump won't stop", "he stopped sending me money", "should I call the nurse", "the cow won't stop mooing", "can I stop breastfeeding now", "a person followed me from school", "when can I start the pill again", "cancel the delivery of seeds", "remove the stitches", "my boyfriend told me to stop texting him", "the nurse told me to stop the medicine", "where does the bus stop", "I want to end my life", "the rains will start again", "please don't remove me from the list", "my husband doesn't want me to talk to anyone", "my teacher keeps sending me messages and I don't like it", "someone is calling me names", "I want my baby back", "no more pills left", "no more milk", "human bite on my arm", "if I stop taking it will it come back"},
	"es": {"se me para el corazón", "la regla no baja", "una persona me pegó", "no para de sangrar", "mi esposo no para de pegarme", "me dieron de baja en el trabajo", "para el bebé", "ya no me baja la leche", "quiero dejar de fumar", "cómo detener la diarrea", "el agente de la policía me pegó", "quiero cancelar la consulta", "el camión ya no para aquí", "debo hablar con el doctor?", "alguien me sigue por mensajes", "mi marido no quiere que hable con nadie", "se terminó la conversación con mi mamá", "no quiero más hijos", "quiero salir de aquí, me encierra", "cuándo puedo empezar otra vez la pastilla", "mi ex no me deja en paz", "ya no quiero vivir", "la vaca está de baja", "dice que no le escriba más"},
	"pt": {"o sangramento não para", "ele não para de me bater", "uma pessoa me bateu na escola", "o ônibus não para aqui", "quero parar de fumar", "quero sair dessa relação", "cancelar a consulta de amanhã", "devo ligar para o médico?", "como parar a diarreia", "o agente de saúde veio ontem", "meu marido não quer que eu fale com ninguém", "não quero mais filhos", "quando posso voltar a tomar a pílula", "a bomba parou", "ele disse para eu parar de mandar mensagem", "não quero mais viver", "tirar os pontos"},
	"fr": {"le saignement ne s'arrête pas", "il n'arrête pas de me frapper", "une personne m'a frappée à l'école", "le bus ne s'arrête plus ici", "je veux arrêter de fumer", "je veux quitter mon mari", "annuler le rendez-vous", "dois-je appeler le médecin", "je n'ai plus de règles", "je ne veux plus d'enfants", "l'agent de santé est venu hier", "comment arrêter le saignement", "quand recommencer la pilule", "il ne veut pas que je parle à quelqu'un", "je ne veux plus vivre", "personne ne m'écoute", "il m'a dit d'arrêter de lui écrire", "retirer les points"},
	"ar": {"زوجي لا يتوقف عن ضربي", "متى يتوقف النزيف", "لا أريد التحدث مع أحد", "هل يجب أن أكلم الطبيب", "كيف أوقف النزيف", "شخص ضربني"},
	"sw": {"mume wangu haachi kunipiga", "damu haiachi kutoka", "basi limesimama", "mtu alinipiga", "sitaki mtoto mwingine", "je, niende kwa daktari"},
	"hi": {"पति मारना बंद नहीं करते", "खून बंद नहीं हो रहा", "दुकान बंद है", "क्या डॉक्टर से बात करनी चाहिए", "एक आदमी ने मुझे मारा", "pati marna band nahi karta", "khoon band nahi ho raha"},
	"id": {"darahnya tidak berhenti", "suami saya tidak berhenti memukul saya", "busnya berhenti di sini", "apakah saya harus ke dokter", "ada orang memukul saya", "saya mau berhenti merokok"},
	"ru": {"кровь не останавливается", "муж не перестает меня бить", "автобусная остановка далеко", "нужно ли позвонить врачу", "человек меня ударил", "хочу бросить курить", "как остановить кровь"},
	"it": {"il sangue non si ferma", "mio marito non smette di picchiarmi", "dove si ferma l'autobus", "devo chiamare il medico?", "una persona mi ha seguita", "voglio smettere di fumare"},
	"de": {"die Blutung hört nicht auf", "mein Mann hört nicht auf mich zu schlagen", "wo hält der Bus", "soll ich den Arzt anrufen", "ein Mensch hat mich verfolgt", "ich will aufhören zu rauchen"},
	"uk": {"кров не зупиняється", "чоловік не перестає мене бити", "людина мене вдарила"},
	"ur": {"خون بند نہیں ہو رہا", "دکان بند ہے", "شوہر مارنا بند نہیں کرتا"},
	"bn": {"রক্ত বন্ধ হচ্ছে না", "দোকান বন্ধ", "একজন মানুষ আমাকে মেরেছে"},
	"ta": {"இரத்தம் நிற்கவில்லை", "கணவர் அடிப்பதை நிறுத்தவில்லை", "பேருந்து எங்கே நிற்கும்"},
	"te": {"రక్తం ఆగడం లేదు", "భర్త కొట్టడం ఆపడం లేదు", "బస్సు ఆగింది"},
	"mr": {"रक्त बंद होत नाही", "दुकान बंद आहे", "नवरा मारणे बंद करत नाही"},
	"gu": {"લોહી બંધ થતું નથી", "દુકાન બંધ છે", "એક માણસે મને માર્યો"},
	"ne": {"रगत बन्द भएन", "पसल बन्द छ", "एउटा मान्छेले मलाई पिट्यो"},
	"vi": {"máu không ngừng chảy", "chồng tôi không ngừng đánh tôi", "có người đánh tôi"},
	"tl": {"hindi tumitigil ang dugo", "hindi tumitigil ang asawa ko sa pananakit", "may tao na sumusunod sa akin"},
	"af": {"die bloeding stop nie", "my man hou nie op om my te slaan nie", "'n mens het my geslaan"},
	"zu": {"igazi aliyeki ukuphuma", "umyeni wami akayeki ukungishaya", "umuntu ungishayile"},
	"xh": {"igazi aliyeki", "umyeni wam akayeki ukundibetha", "umntu undibethile"},
	"ha": {"jini bai tsaya ba", "mijina bai daina duka na ba", "wani mutum ya buge ni"},
	"yo": {"ẹ̀jẹ̀ kò dúró", "ọkọ mi kò dẹ́kun lílù mí", "ènìyàn kan lù mí"},
	"so": {"dhiiggu ma joogsanayo", "ninkaygu ma joojiyo garaacista", "qof ayaa i garaacay"},
	"am": {"ደሙ አልቆመም", "ባሌ መምታቱን አላቆመም", "ሰው መታኝ"},
}

func TestTraps(t *testing.T) {
	for _, lang := range intent.Languages() {
		least := 3
		switch lang {
		case "en", "es", "pt", "fr":
			least = 8
		}
		if len(traps[lang]) < least {
			t.Errorf("%s: %d traps, want %d", lang, len(traps[lang]), least)
		}
		r := service(lang)
		for _, text := range traps[lang] {
			if m := r.Recognize(text); m.Tier == intent.Act {
				t.Errorf("[%s] %q is %+v", lang, text, m)
			}
		}
	}
}

// Lines that have the words of a wish and are none: somebody else's wish, told
// or past, advice, another service, a negated wish, a body, a family. They were
// written before the frames they are near to.
func TestTrapLines(t *testing.T) {
	text, err := os.ReadFile("testdata/traps.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
	if len(lines) < 150 {
		t.Fatalf("%d lines, want 150", len(lines))
	}
	services := map[string]*intent.Recognizer{}
	asked := 0
	for _, line := range lines {
		lang, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%q has no language", line)
		}
		if services[lang] == nil {
			services[lang] = service(lang)
		}
		switch m := services[lang].Recognize(text); m.Tier {
		case intent.Act:
			t.Errorf("[%s] %q is %+v", lang, text, m)
		case intent.Ask:
			asked++
		}
	}
	if asked*20 > len(lines) {
		t.Errorf("%d of %d are asked", asked, len(lines))
	}
}

// What a message says in one clause is not turned off by another one.
func TestClauses(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		kind       intent.Kind
		tier       intent.Tier
	}{
		{"es", "me llegan muchos mensajes y mi esposo se enoja, quiten mi número", intent.Stop, intent.Act},
		{"es", "mi esposo pide que quiten mi número", intent.None, intent.NoTier},
		{"es", "No, gracias. Dejen de mandarme mensajes", intent.Stop, intent.Act},
		{"es", "no dejen de mandarme mensajes", intent.None, intent.NoTier},
		{"es", "mi esposo lee todo pero no me manden más mensajes", intent.Stop, intent.Act},
		{"en", "my husband is angry! Stop texting me", intent.Stop, intent.Act},
		{"en", "my husband wont stop texting me", intent.None, intent.NoTier},
		{"en", "my husband is angry so stop texting me", intent.Stop, intent.Act},
		{"en", "she reads them\nremove my number", intent.Stop, intent.Act},
		{"en", "who can I speak to there, I dont want automated replies", intent.Human, intent.Act},
		{"en", "dont call. dont call. stop texting this number", intent.Stop, intent.Act},
		{"fr", "mon mari lit tout, supprimez mon numéro", intent.Stop, intent.Act},
		{"fr", "mon mari dit supprimez mon numéro", intent.None, intent.NoTier},
		{"pt", "meu marido fica bravo, tirem meu número", intent.Stop, intent.Act},
		{"hi", "नहीं। मैसेज भेजना बंद करो", intent.Stop, intent.Act},
		// A comma or a full stop in a number or in a spelled word ends nothing.
		{"en", "s.t.o.p", intent.Stop, intent.Act},
		{"en", "he told me 1,5 stop sending me messages", intent.None, intent.NoTier},
	} {
		m := service(c.lang).Recognize(c.text)
		if m.Kind != c.kind || m.Tier != c.tier {
			t.Errorf("[%s] %q is %+v, want %s %s", c.lang, c.text, m, c.tier, c.kind)
		}
	}
}

// Other spellings of a word are that word in every frame and guard.
func TestSpellings(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		kind       intent.Kind
	}{
		{"es", "kiero q me yamen", intent.Human},
		{"es", "x favor ya no me manden mas msjs", intent.Stop},
		{"es", "nesecito ablar kon algien", intent.Human},
		{"en", "i dont want to recieve ur mesages", intent.Stop},
		{"en", "abeg make una stop to dey text me", intent.Stop},
		{"pt", "n quero mais essas msgs", intent.Stop},
		{"pt", "vcs podem parar de mandar mensagens", intent.Stop},
		{"fr", "jveux parler a qqn", intent.Human},
		{"de", "bitte nich mehr schreiben", intent.Stop},
	} {
		if m := service(c.lang).Recognize(c.text); m.Kind != c.kind || m.Tier != intent.Act {
			t.Errorf("[%s] %q is %+v, want %s", c.lang, c.text, m, c.kind)
		}
	}
}

// The ways to be unsure, and the rules of each decision.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		kind       intent.Kind
		tier       intent.Tier
		rule       string // "frame" for any frame
	}{
		{"en", "stop", intent.Stop, intent.Act, "word"},
		{"en", "stpo", intent.Stop, intent.Act, "typo"},
		{"en", "unsubscrbe please", intent.Stop, intent.Act, "typo"},
		{"en", "hunan", intent.Human, intent.Ask, "typo"},
		{"en", "shop", intent.None, intent.NoTier, ""},
		{"en", "step", intent.None, intent.NoTier, ""},
		{"en", "enough", intent.Stop, intent.Ask, "ambiguous"},
		{"en", "nurse", intent.Human, intent.Ask, "ambiguous"},
		{"en", "yes", intent.None, intent.NoTier, ""},
		{"en", "take me off", intent.Stop, intent.Act, "phrase"},
		{"en", "please stop sending me these messages", intent.Stop, intent.Act, "frame"},
		{"en", "you are not my nurse please stop", intent.None, intent.NoTier, ""},
		{"es", "no me escriban más", intent.Stop, intent.Act, "frame"},
		{"fr", "ne m'envoyez plus rien", intent.Stop, intent.Act, "frame"},
		{"ru", "я не хочу получать сообщения", intent.Stop, intent.Act, "frame"},
		{"hi", "मैसेज मत भेजो", intent.Stop, intent.Act, "phrase"},
		{"id", "jangan kirim pesan lagi", intent.Stop, intent.Act, "frame"},
		{"sw", "usinitumie ujumbe", intent.Stop, intent.Act, "frame"},
	} {
		m := service(c.lang).Recognize(c.text)
		rule := m.Rule
		switch rule {
		case "", "word", "typo", "ambiguous", "phrase":
		default:
			rule = "frame"
		}
		if m.Kind != c.kind || m.Tier != c.tier || rule != c.rule && !(c.rule == "phrase" && rule == "frame") {
			t.Errorf("[%s] %q is %+v, want %s %s by %s", c.lang, c.text, m, c.tier, c.kind, c.rule)
		}
	}
}

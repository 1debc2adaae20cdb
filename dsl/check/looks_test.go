package check

import "testing"

// What a nurse, a teacher or a campaigner writes every day looks like nothing.
func TestPlainWords(t *testing.T) {
	for lang, list := range map[string][]string{
		"es": {
			"Este mes hablamos de promoción de la salud y prevención.",
			"Juega con tu bebé: así gana confianza y aprende.",
			"Tu bebé gana peso. ¡El mejor premio es verlo crecer!",
			"¿Quieres hacer la trivia de la semana sobre lactancia? Son cinco preguntas.",
			"Ganaste 8 de 10 puntos en el quiz. ¡Muy bien!",
			"La vacuna es gratis. No pagues a nadie por ella.",
			"La consulta cuesta $ 20.000 y se paga en caja.",
			"Toma la pastilla 2 veces al día; el frasco trae 2x1000 mg.",
			"Nuestra oferta de servicios: vacunas, controles y citas.",
			"El 20% de las mujeres tiene náuseas en el primer mes.",
			"Esto no es un sorteo ni una rifa, y no se gana ningún premio.",
			"Compra fruta y verdura en el mercado de tu barrio.",
			"Si juegas y pierdes más de lo que puedes, hablemos. Escribe {word.human}.",
			"El precio de no vacunarse es alto.",
			"Participa en el concurso de méritos hasta el 3 de mayo.",
			"Inscríbete en el taller de parto. Entra por la puerta 3.",
			"Ahora ya puedes comer de todo. Aquí te esperamos.",
		},
		"en": {
			"Play with your baby, and win her trust.", "Take part in our quiz on breastfeeding.", "You have won 8 of 10 points.",
			"The vaccine is free: do not pay anybody for it.", "20% of women feel sick in the first month.",
			"This is no lottery, and there are no prizes.", "We offer special care to teenagers.", "Buy fruit on the market.",
			"The price of a late visit can be high.", "Order is half of life. Now rest.", "A visit costs $20.",
		},
		"pt": {
			"Brinque com o seu bebê e ganhe a confiança dele.", "O bebê ganha peso.", "A promoção da saúde é de todos.",
			"Participe do concurso público até 3 de maio.", "A vacina é de graça. Não pague a ninguém.",
			"20% das mulheres têm enjoo.", "Isto não é um sorteio e não há prêmios.", "O preço da consulta está na porta.",
		},
		"fr": {
			"Jouez avec votre bébé pour gagner sa confiance.", "Le bébé gagne du poids.", "Participez au concours d'infirmière.",
			"La promotion de la santé est l'affaire de tous.", "Le vaccin est gratuit : ne payez personne.",
			"20 % des femmes ont des nausées.", "Il n'y a pas de lots à gagner.", "Rendez-vous à Paris lundi.",
			"Notre offre de soins : vaccins et consultations.",
		},
	} {
		for _, text := range list {
			for i, at := range looked(lang, text) {
				t.Errorf("%s: %q looks like %s: %q", lang, text, looks[i].code, text[at[0]:at[1]])
			}
		}
	}
}

func TestLooks(t *testing.T) {
	game, promotion, selling := LooksLikeGame, LooksLikePromotion, LooksLikeSelling
	for _, test := range []struct{ code, lang, text, part string }{
		{string(game), "es", "¡Responde el quiz y GANA un súper premio!", "quiz y GANA un súper premio"},
		{string(game), "es", "Inscríbete ya: hoy es el sorteo.", "Inscríbete ya: hoy es el sorteo"},
		{string(game), "es-CO", "Raspa y gana", "Raspa y gana"},
		{string(game), "en", "Join now! Enter our weekly raffle.", "Enter our weekly raffle"},
		{string(game), "pt", "Concorra a um prêmio no sorteio", "Concorra a um prêmio"},
		{string(game), "fr", "Participez à notre tombola", "Participez à notre tombola"},
		{string(promotion), "es", "Hoy: 25% de descuento", "25% de descuento"},
		{string(promotion), "es", "Lleva 2x1 en pañales", "2x1 en"},
		{string(promotion), "en", "Use the promo code ABC", "promo code"},
		{string(promotion), "en", "Get {n}% off today", "{n}% off"},
		{string(promotion), "pt", "Oferta imperdível: fraldas", "Oferta imperdível"},
		{string(promotion), "fr", "10 % de remise", "10 % de remise"},
		{string(selling), "es", "Compra aquí: example.org", "Compra aquí"},
		{string(selling), "es", "Llévate la caja por solo $ 20.000", "Llévate la caja por solo $ 20.000"},
		{string(selling), "en", "Buy now", "Buy now"},
		{string(selling), "pt", "Por apenas R$ 10", "Por apenas R$ 10"},
		{string(selling), "fr", "Commandez ici", "Commandez ici"},
	} {
		found := false
		for i, at := range looked(test.lang, test.text) {
			if string(looks[i].code) == test.code {
				if found = true; test.text[at[0]:at[1]] != test.part {
					t.Errorf("%q: %q, want %q", test.text, test.text[at[0]:at[1]], test.part)
				}
			}
		}
		if !found {
			t.Errorf("%q does not look like %s", test.text, test.code)
		}
	}
	// A language whose words are not known says nothing.
	if got := looked("sw", "Buy now"); got != nil {
		t.Errorf("sw: %v", got)
	}
}

package search

import "testing"

func TestGuessLang(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "en",
		"collection not loaded":   "en",
		"How do I load it again?": "en",
		"die Kollektion ist nicht geladen und ich weiß nicht warum": "de",
		"no se puede cargar la colección en el servidor":            "es",
		"la collection est vide et le serveur ne répond pas":        "fr",
		"não consigo carregar a coleção em um servidor":             "pt",
		"컬렉션이 로드되지 않음: collection not loaded":                       "ko",
		"集合没有加载 collection not loaded":                              "zh",
		"コレクションがロードされていません":                                         "ja",
		"коллекция не загружена":                                    "ru",
		"Error: die of the chip":                                    "en",
	} {
		if got := guessLang(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

"""What somebody wrote in a mail is told from what they quote; a mail is never cut to nothing, nor slowly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.email import markup, quotes

OWN = "Bonjour,\n\nToujours rien reçu."
QUOTE = "> Bonjour Maëlys,\n> votre colis est parti ce matin.\n"
ATTRIBUTIONS = {
    "gmail, one line": "Le jeu. 26 nov. 2026 à 18:02, Service <sav@brumelle.example> a écrit :",
    "gmail, wrapped before its last word": "Le jeu. 26 nov. 2026 à 18:02, Service <sav@brumelle.example> a\nécrit :",
    "gmail, wrapped inside the address": "Le jeu. 26 nov. 2026 à 18:02, Service <\nsav@brumelle.example> a écrit :",
    "gmail, a space that does not break": "Le jeu. 26 nov. 2026 à 18:02, Service <sav@brumelle.example> a écrit\xa0:",
    "gmail, english": "On Thu, Nov 26, 2026 at 6:02 PM Service client <sav@brumelle.example> wrote:",
    "gmail, english, wrapped": "On Thu, Nov 26, 2026 at 6:02 PM Service client <sav@brumelle.example>\nwrote:",
    "apple": "Le 26 nov. 2026 à 18:02, Service <sav@brumelle.example> a écrit :",
    "apple, english": "On 26 Nov 2026, at 18:02, Service client <sav@brumelle.example> wrote:",
    "thunderbird": "Le 26/11/2026 à 18:02, Service client a écrit :",
    "thunderbird, english": "On 26/11/2026 18:02, Service client wrote:",
    "yahoo": "Le jeudi 26 novembre 2026 à 18:02:33 UTC+1, Service <sav@brumelle.example> a écrit :",
    "german": "Am Do., 26. Nov. 2026 um 18:02 Uhr schrieb Service <sav@brumelle.example>:",
}
HEADERS = {
    "outlook": "De : Service <sav@brumelle.example>\nEnvoyé : jeudi 26 novembre 2026 18:02\nÀ : Maëlys\nObjet : Re",
    "outlook, english": "From: Service <sav@brumelle.example>\nSent: Thursday, November 26, 2026 6:02 PM\nTo: Maëlys\n",
    "outlook, in bold": "*De :* Service client\n*Envoyé :* jeudi 26 novembre 2026 18:02\n*À :* Maëlys\n*Objet :* Re",
    "original message": "-----Message d'origine-----\nDe : Service client",
    "original message, typographic": "-----Message d’origine-----",
    "english original": "-----Original Message-----",
    "samsung": "-------- Message d'origine --------",
    "la poste, orange": "----- Mail original -----",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=list(ATTRIBUTIONS))
def test_an_attribution_and_its_quote_are_cut(attribution: str) -> None:
    assert quotes.written(f"{OWN}\n\n{attribution}\n\n{QUOTE}").text == OWN


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=list(ATTRIBUTIONS))
def test_a_quote_without_marks_runs_to_the_end(attribution: str) -> None:
    assert quotes.written(f"{OWN}\n\n{attribution}\n\nBonjour Maëlys,\nvotre colis est parti.").text == OWN


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=list(ATTRIBUTIONS))
def test_an_answer_below_its_quote_is_kept(attribution: str) -> None:
    assert quotes.written(f"{attribution}\n{QUOTE}\n{OWN}").text == OWN


@pytest.mark.parametrize("headers", HEADERS.values(), ids=list(HEADERS))
def test_the_headers_of_an_answered_mail_begin_its_quote(headers: str) -> None:
    assert quotes.written(f"{OWN}\n\n{headers}\n\nBonjour Maëlys,\nvotre colis est parti.").text == OWN


def test_answers_between_quoted_lines_are_kept_in_their_order() -> None:
    text = "Le 26 nov. 2026 à 18:02, X <x@y.example> a écrit :\n> Quelle taille ?\n38\n> Quelle couleur ?\nBleu\n"

    assert quotes.written(text).text == "38\nBleu"


@pytest.mark.parametrize(
    "text",
    [
        "Le vendeur m'a écrit :\nvotre colis est perdu. C'est vrai ?",
        "Le livreur a écrit :\nabsent",
        "On the box somebody wrote:\nfragile",
        "De : Paris\nje voudrais un retrait en boutique",
        "Ma taille est\n> 38 je crois",
        "Prix -- le même ?",
    ],
)
def test_words_of_their_own_that_look_like_a_quote_are_kept(text: str) -> None:
    assert quotes.written(text).text == text


@pytest.mark.parametrize(
    "signed",
    [
        "-- \nMaëlys Kerbrat\n06 00 00 00 00",
        "--\nMaëlys",
        "Envoyé de mon iPhone",
        "Sent from my iPhone",
        "Envoyé depuis mon téléphone Orange",
        "Obtenir Outlook pour iOS<https://aka.ms/o0ukef>",
        "Get Outlook for Android",
    ],
)
def test_signatures_are_cut(signed: str) -> None:
    assert quotes.written(f"{OWN}\n\n{signed}").text == OWN


@pytest.mark.parametrize("text", [QUOTE, f"{ATTRIBUTIONS['apple']}\n{QUOTE}", "--\nMaëlys", HEADERS["outlook"]])
def test_a_mail_is_never_cut_to_nothing_and_it_is_said(text: str) -> None:
    found = quotes.written(text)

    assert found.text
    assert found.whole or found.text == text.strip()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Voici.\n\n---------- Forwarded message ---------\nDe : X <x@y.example>\n\nVotre commande", ""),
        ("Voici.\n\nDébut du message transféré :\n\nDe : X", ""),
        ("Voici.\n\nDe : X\nEnvoyé : hier\nObjet : Commande\n\nVotre commande", "TR: Commande"),
        ("Voici.", "Fwd: Commande"),
    ],
)
def test_a_forwarded_mail_is_kept_whole_and_said_to_be_one(text: str, subject: str) -> None:
    found = quotes.written(text, subject)

    assert found.forwarded
    assert found.text.endswith(text[-10:])


MARKUP = {
    "gmail": (
        '<div dir="ltr">Toujours rien.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        'Le jeu. 26 nov. 2026 à 18:02, S &lt;<a href="mailto:s@b.example">s@b.example</a>&gt; a écrit :<br></div>'
        '<blockquote class="gmail_quote">Votre colis</blockquote></div>'
    ),
    "apple": (
        '<body>Toujours rien.<br><div><br><blockquote type="cite"><div>Le 26 nov. 2026 à 18:02, S a écrit :</div>'
        "<div>Votre colis</div></blockquote></div></body>"
    ),
    "thunderbird": (
        '<p>Toujours rien.</p><div class="moz-cite-prefix">Le 26/11/2026 à 18:02, S a écrit\xa0:<br></div>'
        '<blockquote type="cite" cite="mid:1"><p>Votre colis</p></blockquote>'
    ),
    "outlook on the web": (
        '<div>Toujours rien.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">De : S</div>x'
    ),
    "outlook": (
        '<p class=MsoNormal>Toujours rien.<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
        "<p><b>De :</b> S</p></div><p>Votre colis</p>"
    ),
}


@pytest.mark.parametrize("page", MARKUP.values(), ids=list(MARKUP))
def test_what_a_mail_program_marks_as_quoted_is_cut(page: str) -> None:
    assert quotes.written(markup.text_of(page)).text == "Toujours rien."


def test_markup_is_read_as_somebody_sees_it() -> None:
    page = (
        "<head><title>x</title></head><style>p{}</style>"
        "<p>J&rsquo;ai&nbsp;reçu 1&lt;2 &amp; «&#8239;3&#8239;»</p><ul><li>a<li>b</ul><!-- no -->"
    )

    assert markup.text_of(page).replace("\xa0", " ").replace("\u202f", " ") == "J’ai reçu 1<2 & « 3 »\n\na\nb"


HOSTILE = {
    "unclosed tags": "<a " * 80_000,
    "comments": "<!--" * 60_000,
    "characters by number": "&#" + "9" * 239_000,
    "quotes in quotes": "<blockquote type=cite>a" * 11_000,
    "line breaks": "<br>" * 60_000,
    "names": "&a" * 120_000,
    "attributions that do not end": "Le \n" * 60_000,
    "attributions": "Le 1/1/2020 à 10:10, x a\nécrit :\n" * 7_000,
    "quoted lines": ">a\nb\n" * 48_000,
    "dashes": "-- \n" * 60_000,
    "empty lines": "\n" * 240_000,
    "blanks": " " * 240_000,
    "headers": "De :\n" * 48_000,
    "one long line": "Le " + "a écrit " * 30_000 + ":",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_of_240_kb_is_read_in_50_ms(text: str) -> None:
    best = 1.0
    for _ in range(3):  # of three: other work on this machine is no fault of ours
        began = time.process_time()
        quotes.written(markup.text_of(text[:240_000]))
        quotes.written(text[:240_000])
        best = min(best, time.process_time() - began)

    assert best < 0.05


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_is_read_and_words_are_never_lost_without_a_word(text: str, subject: str) -> None:
    found = quotes.written(text, subject)

    assert bool(found.text) == bool(text.strip())
    assert markup.text_of(text) is not None


PIECES = ["<", ">", "!--", "-->", "p", "/", "blockquote", " type=cite", "a", "&", "#", "é", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_word_between_tags_is_lost(pieces: list[str]) -> None:
    assert "Bonjour" in markup.text_of("<p>Bonjour</p>" + "".join(pieces))

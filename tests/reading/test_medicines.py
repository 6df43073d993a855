"""Medicines by name: brand, spelling, dose and form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.knowledge.model import Knowledge
from lumbago.reading import Lexicon, read
from lumbago.reading.medicines import Medicines, medicines, plain


@pytest.fixture(scope="session")
def known(knowledge: Knowledge) -> Medicines:
    return medicines(knowledge.words["en"])


@pytest.mark.parametrize(
    ("name", "ingredient", "kind"),
    [
        ("Nurofen", "ibuprofen", "nsaid"),
        ("advil 200mg tablets", "ibuprofen", "nsaid"),
        ("Voltarol Emulgel", "diclofenac", "nsaid"),
        ("Arcoxia", "etoricoxib", "coxib"),
        ("Tylenol", "paracetamol", "paracetamol"),
        ("Co-codamol 30/500", "co_codamol", "opioid"),
        ("MST", "morphine", "opioid"),
        ("Eliquis", "apixaban", "anticoagulant"),
        ("Plavix", "clopidogrel", "antiplatelet"),
        ("prednisone", "prednisone", "steroid"),
        ("Lexapro", "escitalopram", "ssri_snri"),
        ("Coversyl", "perindopril", "ace_inhibitor"),
        ("Cozaar", "losartan", "arb"),
        ("frusemide", "furosemide", "diuretic"),
        ("Priadel", "lithium", "lithium"),
        ("Metoject", "methotrexate", "methotrexate"),
        ("Humira", "adalimumab", "biologic"),
        ("NovoRapid", "insulin", "insulin"),
        ("Diamicron", "gliclazide", "sulfonylurea"),
        ("Flexeril", "cyclobenzaprine", "muscle_relaxant"),
        ("Lyrica", "pregabalin", "gabapentinoid"),
        ("Tegretol", "carbamazepine", "antiepileptic"),
        ("Lipitor", "atorvastatin", "statin"),
        ("Microgynon", "combined_pill", "hormone_contraceptive"),
    ],
)
def test_a_name_leads_to_its_ingredient(
    known: Medicines, name: str, ingredient: str, kind: str
) -> None:
    found = known.find(name)
    assert found is not None
    assert (found.medicine.id, found.medicine.kind, found.exact) == (ingredient, kind, True)


@pytest.mark.parametrize(
    ("name", "ingredient"),
    [("elquis", "apixaban"), ("sertaline", "sertraline"), ("ibuprofn", "ibuprofen")],
)
def test_a_misspelt_name_leads_to_the_nearest(known: Medicines, name: str, ingredient: str) -> None:
    found = known.find(name)
    assert found is not None
    assert (found.medicine.id, found.exact) == (ingredient, False)


@pytest.mark.parametrize("name", ["", "12 mg", "table", "xyz", "my blue pill", "tablets"])
def test_what_is_not_near_is_not_found(known: Medicines, name: str) -> None:
    assert known.find(name) is None


def test_a_combination_names_its_parts(known: Medicines) -> None:
    found = known.find("Nurofen Plus")
    assert found is not None
    assert found.medicine.parts == ("ibuprofen", "codeine")


def test_enough_names_are_known_and_none_stands_for_two(
    known: Medicines, knowledge: Knowledge
) -> None:
    entries = knowledge.words["en"]["medicine_names"]["ingredients"].values()
    brands = [
        plain(name) for entry in entries for names in entry["names"].values() for name in names
    ]
    assert len(brands) >= 500
    assert len(set(brands)) == len(brands)


def test_what_a_class_answers_is_a_finding(known: Medicines, knowledge: Knowledge) -> None:
    named = {f for medicine in known.by_id.values() for f in (*medicine.says, *medicine.asks)}
    assert named <= set(knowledge.findings)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("I'm on Inhixa", "anticoagulant_use"),
        ("take amgevita every fortnight", "immunosuppressed"),
        ("on Zapain for it", "opioid_or_urine_slowing_medicine"),
        ("started Amaryl", "diabetes"),
    ],
)
def test_a_brand_in_own_words_is_read(lexicon: Lexicon, text: str, finding: str) -> None:
    said = {m.finding for m in read(text, lexicon, None).mentions if m.polarity == "yes"}
    assert finding in said


def test_an_everyday_word_is_no_medicine(lexicon: Lexicon) -> None:
    said = {m.finding for m in read("it went at the last moment on patrol", lexicon, None).mentions}
    assert "opioid_or_urine_slowing_medicine" not in said


@given(name=st.text(max_size=40))
def test_finding_is_total(known: Medicines, name: str) -> None:
    found = known.find(name)
    assert found is None or found.medicine.id in known.by_id

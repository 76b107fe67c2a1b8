from fhir.matching.linkage import Records
from fhir.matching.model import blank
from fhir.matching.training import LINK, REVIEW, train
from tests.unit.fhir.matching.test_linkage import population


def test_a_model_of_unlabelled_records_tells_agreement_from_chance() -> None:
    _, records = population(1500)
    model = train(Records(records, blank()), "test")
    assert (model.version, model.link, model.review) == ("test", LINK, REVIEW)
    for feature, level in (("name", "same"), ("birth", "same"), ("contact", "both"), ("card", "same")):
        m, u = model.chances[feature][level]
        assert m > 100 * u, feature
    assert model.chances["birth"]["different"][0] < 0.2 < 0.8 < model.chances["birth"]["different"][1]

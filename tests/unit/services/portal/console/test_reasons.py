from services.portal.console.reasons import advice


def test_line_63_each_reason_of_the_worker_has_its_action() -> None:
    texts = [
        "the source is not registered any more",
        "the message can't be mapped (ValueError)",
        "there is no map for this kind of message yet",
        "a resource can't be stored",
        "the patient's number is known for somebody else: name and birth date differ",
        "the number is that of another patient: a clerk must decide (PV1[1]-19)",
        "the patient is not known: this source's own ADT has to come first (PID[1]-3)",
        "a record cannot be merged into itself (MRG[1]-1)",
        "the two patients differ in name, birth date and sex: a clerk must decide (MRG[1]-1)",
        "the Observation would not be valid FHIR",
        "the application acknowledgement was not taken",
    ]
    assert len({advice(text) for text in [*texts, "anything else"]}) == 12

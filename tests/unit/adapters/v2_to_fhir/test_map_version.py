"""Checklist line 56: each output tells its map version."""

from dataclasses import replace

from adapters.v2_to_fhir.concept_map import compile_concepts
from adapters.v2_to_fhir.map_version import map_version
from adapters.v2_to_fhir.overlay import read_overlay
from tests.unit.adapters.v2_to_fhir.given import SOURCE


def test_it_changes_with_whatever_the_maps_say_and_with_nothing_else() -> None:
    overlays = [read_overlay(f'version: "1"\ndefaults: {{PID: {{8: "{sex}"}}}}', "o") for sex in "MF"]
    concepts = compile_concepts([{"resourceType": "ConceptMap", "id": "m", "status": "active"}])
    sources = [
        SOURCE,
        replace(SOURCE, tables={"MaritalStatus": {"Z9": "M"}}),
        replace(SOURCE, systems={"L": "http://hx.example"}),
        *(overlay.on(SOURCE) for overlay in overlays),
        replace(SOURCE, concepts=concepts),
    ]
    assert len({map_version(one) for one in sources}) == len(sources)
    assert map_version(replace(SOURCE, organization="Organization/other")) == map_version(SOURCE)

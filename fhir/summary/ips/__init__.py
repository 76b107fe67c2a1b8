"""International Patient Summary: the lines of a health file as a FHIR document.

IPS 2.0 (hl7.fhir.uv.ips), EN ISO 27269. `sections.py` chooses the lines, `document.py` makes the Bundle; all
of it is pure but `making.py`, which reads what the chosen resources refer to.
"""

"""The RESTful interactions of FHIR R4 (http.html), one file each; they know no web framework."""

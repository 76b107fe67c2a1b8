"""The core: FHIR resources, search, store, interactions. Shares its name with the library fhir.resources."""

__path__ = __import__("pkgutil").extend_path(__path__, __name__)

"""CodeSystem files: what a site licenses itself (ICD-10, LOINC, ATC, drug codes …), into the store."""

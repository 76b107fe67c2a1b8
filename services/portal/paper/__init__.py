"""The summary on paper: a PDF with a CJK font of the system embedded, for doctors and residents.

ISO 32000, written by fpdf2. `fonts.py` finds the font; without one there is no PDF, the print page stands in.
"""

"""A labelled population: residents, and the records that hospitals keep of them, with the errors of windows.

For measuring record linkage: who is who is known. All people are invented.
"""

"""Portal: the server-rendered pages of doctors and residents.

Design sections 4 and 6: no back door, Chinese first, works without JavaScript. How to add a page: README.md.
"""

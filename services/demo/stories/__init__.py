"""Stories: what two years bring to a resident, one module for each kind of life.

A story has one function, `tell(life)`; to add one, write the module, name it in region.py and give it to
somebody in data/people.yaml.
"""

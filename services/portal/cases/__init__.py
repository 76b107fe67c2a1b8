"""Cases: a resident says that he does not know a look, or that a line is wrong, and is answered."""

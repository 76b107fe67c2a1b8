"""Log-in: password, second factor, first password of one's own."""

"""Log-in: accounts, passwords, second factors and web sessions of persons."""

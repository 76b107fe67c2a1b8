"""Federation: log-in through an outside OpenID provider, such as a city's real-name service."""

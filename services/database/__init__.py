"""The embedded MongoDB: a real mongod as a one-member replica set, for trying and for a single clinic.

Transactions and change streams need a replica set; a region brings its own (`--mongodb-uri`).
"""

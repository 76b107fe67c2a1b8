"""The pages of those who run the platform: counts for operators, messages for data stewards."""

"""The knowledge base: YAML read strictly, resolved to frozen objects, checked, kept as a snapshot."""

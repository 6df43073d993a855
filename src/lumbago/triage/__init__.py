"""Rules read four ways: `scalar` is the definition, its twins repeat it for columns and proofs."""

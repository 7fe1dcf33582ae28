"""The long proofs, run by `make proof`; their dated result is docs/proof.md."""

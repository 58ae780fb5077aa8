"""Mutation testing of the law: every change of a rule must be noticed by an example. Run ``script/mutate``."""

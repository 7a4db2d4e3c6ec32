"""Inzage: YAML entries in git → an accessible public register. The flow is load → check → model → history → pages → render → publish."""

VERSION = "1.0.0"

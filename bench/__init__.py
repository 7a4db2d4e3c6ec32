"""Measuring: how long a build takes and how much memory it needs. Not part of the register."""

"""Interval data: what a load profile becomes once its bytes are understood, and what is asked of it."""

"""Charts of interval data. Everything here knows arrays and colours, and nothing of meters, sessions or pages.

The numeric modules (`timeline`, `decimate`, `ticks`, `profile_data`, `summary`) hold no widget, so they are tested
without a window.
"""

"""Table Playback: record what is said to a meter, play it to a meter or as a meter, and compare.

tape        what a tape is, and its file
redact      secrets and identifiers out of a tape, as it is recorded or afterwards
compare     two of anything that holds tables, element by element
formats     import and export: table dumps, read-outs, folders of table images
record      from the bytes that a tap hears to the steps of a tape
serve       a tape, or a table image, as a virtual meter
play        a tape to a meter, with a verdict for each step
cli         the command `table-playback`
"""

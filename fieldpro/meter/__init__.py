"""What a technician does to a meter, and what is to be seen of it afterwards.

read, read_profile      conversations that read it, into a `collection.Collection` that nothing is lost from
view.MeterView          a read-out as a person wants to see it, live or saved
device_profile          what is known of a make of meter beyond the standard, as data
"""

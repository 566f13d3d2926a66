"""What pages show, as plain records and Qt item models: computed outside the GUI thread, tested without a window."""

# For those who like it: each target is a verb of dev.py, which does all the work and needs no make.
.PHONY: run playback test check benchmark screenshots soak setup lock
run playback test check benchmark screenshots soak setup lock:
	@python3 dev.py $@
